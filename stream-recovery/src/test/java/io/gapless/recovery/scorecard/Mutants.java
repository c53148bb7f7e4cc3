package io.gapless.recovery.scorecard;

import static io.gapless.recovery.scorecard.Mutant.ofCore;
import static io.gapless.recovery.scorecard.Mutant.ofRecovery;

import java.util.List;

/** The ways in which the library is broken on purpose; each stands for a mistake that is easily made. */
final class Mutants {
    static final List<Mutant> ALL = List.of(
            // how a stream ends
            ofCore(
                            "a closer does not wait for the one before it",
                            "FilteredStream.java",
                            "if (!isOwnThread()) end.await(first);",
                            "if (first && !isOwnThread()) end.await(first);")
                    .seenByLives(),
            ofCore(
                            "an interrupted closer leaves at once",
                            "Closing.java",
                            "if (interrupted) continue;",
                            "if (!interrupted) break;")
                    .seenByLives(),
            ofCore(
                            "what a handler does after it was given up counts",
                            "Dispatcher.java",
                            "if (givenUp) return false;",
                            "")
                    .seenByLives(),
            ofRecovery(
                            "the last commit is left out",
                            "StateWriter.java",
                            "        questions.clear();\n",
                            "        if (questions.isEmpty()) return null;\n")
                    .seenByLives(),
            ofCore("the thread of the events stays", "EventDesk.java", "if (running != null) running.stop();", "")
                    .seenByLives(),
            ofCore(
                            "a token source that hangs is left alone at the end",
                            "FilteredStream.java",
                            "api.endTokenCalls();",
                            "")
                    .seenByLives(),
            ofCore(
                    "a close by the listener waits for itself",
                    "FilteredStream.java",
                    "return events.isCaller()\n                || loop.isCaller()",
                    "return loop.isCaller()"),
            ofCore(
                    "a close by the handler waits for itself",
                    "FilteredStream.java",
                    "                || handling != null && handling.isCaller()\n",
                    ""),
            ofRecovery(
                    "what a program waits for is not completed by the end",
                    "StreamRecovery.java",
                    "promises.end(new IllegalStateException(\"The stream has ended and recovers nothing more. Build a new one.\"));",
                    ""),
            ofCore(
                    "an attempt that waits for a token has no end",
                    "Connection.java",
                    "        if (restNanos + CANCEL_NANOS > 0) return restNanos + CANCEL_NANOS;",
                    "        if (around.api().isWaitingForToken(asked())) return Work.UNTIL_WOKEN;\n        if (restNanos + CANCEL_NANOS > 0) return restNanos + CANCEL_NANOS;"),
            ofCore(
                    "each attempt calls a token source that hangs",
                    "seam/TokenCalls.java",
                    "            if (!alike.isEmpty()) {",
                    "            if (alike.size() > 100) {"),
            ofCore(
                    "a token source that hangs is never called again",
                    "seam/TokenCalls.java",
                    "if (time.nanoTime() - latest.beganNanos < GIVEN_UP_NANOS || alike.size() == RUNNING_MAX) return latest;",
                    "if (latest != null) return latest;"),
            ofRecovery(
                    "a read of the state that fails is not tried again",
                    "StateWriter.java",
                    "            questions.add(questions.remove());",
                    "            questions.remove();"),
            // when an outage began, and how far its gap reaches
            ofRecovery(
                    "no overlap",
                    "GapKeeper.java",
                    "outage(lastSignal.minus(settings.overlap()), lastSignal,",
                    "outage(lastSignal, lastSignal,"),
            ofRecovery(
                            "the overlap before a keep-alive taken as covered",
                            "GapKeeper.java",
                            "outage(lastSignal.minus(settings.overlap()), lastSignal,",
                            "outage(lastSignal.equals(keptAliveAt) ? lastSignal : lastSignal.minus(settings.overlap()), lastSignal,")
                    .and(
                            "        backfills.step(live);\n",
                            "        backfills.step(live);\n        for (LiveConnection one : live)\n            if (one.lastKeepAliveAt().equals(one.lastSignalAt())) keptAliveAt = x.of(one.lastKeepAliveAt());\n")
                    .and(
                            "    private @Nullable Long outageGap;\n",
                            "    private @Nullable Long outageGap;\n    private Instant keptAliveAt = Instant.MIN;\n"),
            ofCore(
                    "outage from its detection instead of the last signal",
                    "Connection.java",
                    "Math.min(heardUntilNanos() - awayNanos, nowNanos - silenceNanos)",
                    "nowNanos"),
            ofCore(
                    "an EOF taken as a keep-alive",
                    "Connection.java",
                    "        Disconnection how = disconnection(ending);\n        end(wasUp ? how : session.foreign().orElse(how), heardUntilNanos(), nowNanos);",
                    "        Disconnection how = disconnection(ending);\n        end(wasUp ? how : session.foreign().orElse(how), nowNanos, nowNanos);"),
            ofCore(
                    "what is read after a pause taken for new",
                    "Session.java",
                    "if (sinceNanos == NEVER) return signalNanos;",
                    "if (sinceNanos != signalNanos) return signalNanos;"),
            ofRecovery(
                            "what X drops before its first line is read is left to a backfill",
                            "GapKeeper.java",
                            "if (gap != null && !gap.slowReader()) gaps.keep(GapChanges.ofSlowReader(gap));",
                            "if (gap == null) return;")
                    .seenOnFoundDays(),
            ofCore(
                            "the date of an answer places what is read after a pause",
                            "Session.java",
                            "Math.min(byPostsNanos, epochByClocksNanos) + nanos(newestPostMillis)",
                            "answeredAtNanos + nanos(newestPostMillis - answeredAtMillis)")
                    .seenOnFoundDays(),
            ofRecovery(
                    "a restart is no outage",
                    "GapKeeper.java",
                    "Instant from = reached(known).minus(settings.overlap());",
                    "Instant from = now;"),
            ofRecovery(
                    "a restart forgets what had come and was not acknowledged",
                    "GapKeeper.java",
                    "return Span.earlier(known.at(), known.oldestUnacknowledged());",
                    "return known.at();"),
            ofRecovery(
                    "the frontier runs ahead while nobody is connected",
                    "Frontier.java",
                    "for (Recovery.LiveConnection live : all) move(x.ofSignal(live.lastSignalAt()));",
                    "move(x.instant());"),
            ofRecovery("connects of an earlier process forgotten", "GapKeeper.java", "connects.chargeTo(host);", ""),
            ofRecovery("skew ignored", "XClock.java", "return localMoment.plus(skew);", "return localMoment;"),
            ofCore("a clock set back that outages ignore", "StreamLoop.java", "outages.setBack(ahead.negated());", ""),
            ofCore(
                    "a spill file that was lost is not asked for again",
                    "StreamLoop.java",
                    "recovery.lost(loss.oldest());",
                    ""),
            ofCore(
                    "the loss of a spill file is not reported",
                    "StreamLoop.java",
                    "say(new StreamEvent.SpillLost(time.instant(), loss.posts(), loss.oldest(), loss.cause()));",
                    ""),
            ofRecovery(
                    "the gap of a spill file that was lost without the overlap",
                    "GapKeeper.java",
                    "Span span = spanFrom(oldest.minus(settings.overlap()), now);",
                    "Span span = spanFrom(oldest, now);"),
            ofCore(
                    "suspend ignored",
                    "Lane.java",
                    "if (state == State.CONNECTED) current().suspended(away, nowNanos);",
                    ""),
            // the backfill
            ofRecovery(
                    "backfill rounded down",
                    "plan/RecoveryPlanner.java",
                    "(age.toMillis() + 59_999) / 60_000",
                    "age.toMillis() / 60_000"),
            ofRecovery(
                    "backfill planned by the last outage instead of the oldest uncovered moment",
                    "plan/RecoveryPlanner.java",
                    ".min(Comparator.naturalOrder())",
                    ".max(Comparator.naturalOrder())"),
            ofRecovery(
                    "a backfill counts as drained at once",
                    "BackfillSteps.java",
                    "Instant settledAt = drain.connectedAt().plus(overlap);",
                    "Instant settledAt = drain.connectedAt();"),
            ofRecovery(
                    "an unfinished backfill closes its gap",
                    "BackfillSteps.java",
                    "gaps.keep(GapChanges.withoutRunning(gap, claim.step()::equals));",
                    "gaps.keep(GapChanges.with(gap, StepRun.of(claim.step()).with(StepRun.State.DONE, \"\")));"),
            ofRecovery(
                    "an ignored parameter believed: backfill_minutes",
                    "Entitlement.java",
                    "return isEnterprise() || seen;",
                    "return true;"),
            ofRecovery(
                    "a backfill after a slow-reader cut",
                    "OpenGaps.java",
                    "filter(gap -> !gap.slowReader())",
                    "filter(gap -> true)"),
            ofRecovery(
                    "a younger gap forgets that X has dropped posts for a slow reader",
                    "OpenGaps.java",
                    "if (older.slowReader()) opened = GapChanges.ofSlowReader(opened);",
                    ""),
            ofRecovery(
                    "the first start is forgotten with its process",
                    "FirstStart.java",
                    "this.at = Moment.read(note);",
                    ""),
            ofRecovery(
                    "a restart forgets that reading was paused",
                    "GapKeeper.java",
                    "RESTART, now, pauses.beforeStart());",
                    "RESTART, now, false);"),
            ofRecovery(
                            "a pause that cannot be noted goes on",
                            "ReadingPauses.java",
                            "case ASKED -> writer.isWritable() && untilOverdue() > 0;",
                            "case ASKED -> true;")
                    .seenOnFoundDays(),
            // jobs
            ofRecovery(
                    "a clean job end believed",
                    "JobFetch.java",
                    "if (saidComplete && cursor.equals(chunk.from())) become",
                    "if (saidComplete || !saidComplete) become"),
            ofRecovery(
                    "X's word believed of what came before a cut",
                    "JobFetch.java",
                    "if (saidComplete && cursor.equals(chunk.from())) become",
                    "if (saidComplete) become"),
            ofRecovery(
                    "an empty second pass believed",
                    "JobFetch.java",
                    "return passFresh == 0 && passDuplicates > 0 && !passNewest.isBefore(newestBefore);",
                    "return passFresh == 0;"),
            ofRecovery(
                    "the last post taken as proof",
                    "JobFetch.java",
                    "else if (!answered || how",
                    "else if (answered && job != null && !job.newestPostAt().isBefore(chunk.until().minusSeconds(30))) become(State.DONE, \"\");\n        else if (!answered || how"),
            ofRecovery("step progress by receipt", "JobFetch.java", "if (!source.isSettled()) return;", ""),
            ofRecovery(
                    "a job is asked for only once",
                    "JobFetch.java",
                    "+ Duration.ofMillis(delayMillis).toNanos();",
                    "+ Duration.ofDays(10_000).toNanos();"),
            ofRecovery(
                    "recovery retried only on reconnect",
                    "JobFetch.java",
                    "if (source == null) {",
                    "if (host.live().isEmpty()) failures = 0;\n        if (failures > 0 && source == null) return;\n        if (source == null) {"),
            ofRecovery(
                    "end_time = now: a job's",
                    "plan/RecoveryPlanner.java",
                    "JOB_FRESHNESS = Duration.ofSeconds(60)",
                    "JOB_FRESHNESS = Duration.ZERO"),
            ofRecovery(
                    "job end not ceiled",
                    "plan/RecoveryPlanner.java",
                    "Instant end = ceiled(span.until());",
                    "Instant end = floored(span.until());"),
            ofRecovery(
                    "400 for a stale value taken as refusal",
                    "JobFetch.java",
                    "if (old) become(State.RECUT, refused.describe());\n        else if (fresh)",
                    "if (fresh)"),
            ofRecovery(
                    "an ignored parameter believed: start_time",
                    "JobFetch.java",
                    "return which.newestPostAt().isAfter(chunk.until().plus(AFTER_END_MAX));",
                    "return which.newestPostAt().isAfter(Instant.MAX);"),
            ofRecovery(
                    "three jobs at a time",
                    "JobSteps.java",
                    "private static final int JOBS_MAX = 2;",
                    "private static final int JOBS_MAX = 3;"),
            ofRecovery(
                            "two jobs ask for one span",
                            "JobSteps.java",
                            "!resting.contains(job) && job.chunk().equals(span)",
                            "resting.contains(job) && job.chunk().equals(span)")
                    .seenOnFoundDays(),
            ofRecovery(
                    "a job counts for more than it has fetched",
                    "JobSteps.java",
                    ".flatMap(claim -> claim.within(chunk).stream())",
                    ""),
            ofRecovery(
                    "an eviction by our job teaches nothing",
                    "JobSteps.java",
                    "if (++evictions < Entitlement.EVICTIONS_MAX) return;",
                    "if (evictions < Entitlement.EVICTIONS_MAX) return;"),
            // search
            ofRecovery(
                    "search stops on a short page",
                    "search/Slice.java",
                    "if (page.nextToken().isEmpty()) {\n            pass();",
                    "if (page.nextToken().isEmpty() || page.posts().size() < calls.endpoint().pageMax) {\n            pass();"),
            ofRecovery(
                    "search hits not united over rules",
                    "search/Hits.java",
                    "        hit.rules.put(rule.id(), rule);",
                    "        if (hit.rules.isEmpty()) hit.rules.put(rule.id(), rule);"),
            ofRecovery(
                    "a packed query believed to be all its rules",
                    "search/Slice.java",
                    "if (page.posts().isEmpty() && page.nextToken().isEmpty()) pass();\n            else askApart(pack);",
                    "pass();"),
            ofRecovery(
                    "end_time = now: a search's",
                    "SearchRecovery.java",
                    "return !until.plus(overlap).isAfter(now);",
                    "return !until.isAfter(now);"),
            ofRecovery(
                    "a search or a count believed while X may still be indexing",
                    "SearchRecovery.java",
                    "return !until.plus(overlap).isAfter(now);",
                    "return !until.plus(java.time.Duration.ofSeconds(10)).isAfter(now);"),
            ofRecovery(
                    "the overlap after the reconnect never bought, though posts were late",
                    "search/Order.java",
                    "        Part part = partOf(rest);\n",
                    "        Part part = partOf(rest);\n        if (part == Part.AFTER) return new Next.Skip(rest, NOTHING_LATE);\n"),
            ofRecovery(
                    "the overlap before the last signal never bought",
                    "search/Order.java",
                    "        Part part = partOf(rest);\n",
                    "        Part part = partOf(rest);\n        if (part == Part.BEFORE) return new Next.Skip(rest, NOTHING_LATE);\n"),
            ofRecovery(
                    "any count taken as proof",
                    "SearchProof.java",
                    "return counted.posts() == received ?",
                    "return counted.posts() >= received ?"),
            ofRecovery(
                    "a restart buys the overlaps, whatever counts say",
                    "SearchSteps.java",
                    "return entitlement.isBilled() && postsMax > 0",
                    "return entitlement.isBilled() && postsMax < 0"),
            ofRecovery(
                    "new posts cost nothing",
                    "Money.java",
                    "return !received.contains(id)\n                || ",
                    "return "),
            ofRecovery(
                    "money guard off by one UTC day",
                    "Money.java",
                    "return store.spent(utcDay);",
                    "return store.spent(utcDay.minusDays(1));"),
            ofRecovery(
                    "no money guard",
                    "Money.java",
                    "return postsMax - Math.max(byGap, boughtToday);",
                    "return postsMax;"),
            ofRecovery(
                    "what has left the search window is not written down",
                    "plan/RecoveryPlanner.java",
                    "else lost.add(new LostSpan(old, WINDOW_PASSED));",
                    "else steps.add(new Step(RecoveryMethod.BACKFILL, old, now));"),
            // two connections
            ofRecovery(
                    "COVERED at once",
                    "SecondConnection.java",
                    "if (!x.ofSignal(live.lastSignalAt()).isAfter(cover.gap().span().until())) continue;",
                    ""),
            ofRecovery(
                    "no margin before what the other one covers",
                    "SecondConnection.java",
                    "Instant from = lastSignal.minus(overlap);\n        if (cameAfter",
                    "Instant from = lastSignal.plus(overlap);\n        if (cameAfter"),
            // seen before?
            ofCore(
                    "dedupe off",
                    "Dispatcher.java",
                    "return first || post.origin()",
                    "return first || !first || post.origin()"),
            ofCore(
                    "pinned ids evicted",
                    "SeenPosts.java",
                    "private boolean isPinned(long key) {",
                    "private boolean isPinned(long key) {\n        if (key != Long.MIN_VALUE) return false;"),
            ofRecovery(
                    "a read that fails holds up the commits",
                    "StateWriter.java",
                    "            askAgainNanos = nowNanos + RETRY_NANOS;",
                    "            askAgainNanos = nowNanos + RETRY_NANOS;\n            if (time != null) return RETRY_NANOS;"),
            ofRecovery(
                    "the frontier stays where lines could not be read",
                    "GapKeeper.java",
                    "        frontier.resume(now);\n        tellPlan(gap.id(), now);",
                    "        tellPlan(gap.id(), now);"),
            ofRecovery("ids are not remembered over a restart", "KnownIds.java", "host.remember(ids, () -> {});", "")
                    .and("if (rest.isEmpty()) return", "if (rest.size() >= 0) return"),
            ofRecovery(
                    "a failed read ends search recovery",
                    "StateWriter.java",
                    "questions.add(questions.remove());",
                    "questions.remove();"),
            ofRecovery(
                            "a recover by hand is forgotten at close",
                            "StreamRecovery.java",
                            "        ended();\n        Begun stream = begun;",
                            "        Begun stream = begun;")
                    .and("promises.end(", "if (begun == null) promises.end("),
            // two hosts
            ofRecovery("posts are handed over without the lease", "StateWriter.java", "&& store.mayDispatch()", "")
                    .seenByHosts(),
            ofRecovery(
                            "a repeated commit has a new number",
                            "state/SharedStateStore.java",
                            "Lease.Extension extension = state.commit(term, commits + 1, changes);",
                            "Lease.Extension extension = state.commit(term, ++commits, changes);")
                    .seenByHosts(),
            ofRecovery(
                            "a holder that is closed keeps its lease",
                            "state/SharedStateStore.java",
                            "if (!taken) state.release(term);",
                            "")
                    .seenByHosts(),
            ofRecovery(
                            "a holder that was taken over goes on",
                            "StateWriter.java",
                            "case TAKEN_OVER -> Optional.of(StreamException.Reason.TAKEN_OVER);",
                            "case TAKEN_OVER -> Optional.empty();")
                    .seenByHosts(),
            ofRecovery(
                            "a takeover forgets what its predecessor remembered",
                            "state/TakenStore.java",
                            "return start == null ? store.remembered() : start.remembered();",
                            "return new Remembered(java.util.Optional.empty(), List.of(), 0, java.util.Map.of());")
                    .seenByHosts(),
            ofRecovery(
                            "of two answers that agree about X's time, the slower one counts",
                            "XClock.java",
                            "shown = shown.both(before);",
                            "shown = new Range(least, least, 2);")
                    .seenByHosts(),
            ofRecovery(
                            "an answer that the network held back moves X's time",
                            "XClock.java",
                            "learn(date, answer.askedAt(), answer.arrivedAt())",
                            "learn(date, answer.arrivedAt(), answer.arrivedAt())")
                    .seenByHosts(),
            ofRecovery(
                            "a takeover does not note the first start",
                            "Standby.java",
                            "firstStart.ifPresent(notes::add);",
                            "")
                    .seenByHosts(),
            ofRecovery(
                            "a new holder drops what it has left to its predecessor",
                            "Standby.java",
                            "return store.isTaken() ? Long.MIN_VALUE : accountedUntil",
                            "return accountedUntil")
                    .seenByHosts(),
            ofRecovery(
                            "a connection of a warm standby covers what it was not up for",
                            "GapKeeper.java",
                            "Span.later(x.of(warm.completeSince()), accountedUntil.plus(settings.overlap()))",
                            "accountedUntil")
                    .seenByHosts(),
            ofRecovery(
                            "a warm standby hands over before it knows what its predecessor has committed",
                            "state/TakenStore.java",
                            "&& knowsRepeats ",
                            "")
                    .seenByHosts(),
            ofRecovery(
                            "a standby reads no part of the ids again",
                            "state/CommittedIds.java",
                            "known.retainAll(now);",
                            "now.removeIf(part -> known.stream().anyMatch(one -> one.key() == part.key()));")
                    .seenByHosts(),
            ofRecovery(
                            "a new holder does not read what was committed last",
                            "Standby.java",
                            "ids.look(client, from);",
                            "")
                    .seenByHosts(),
            // handler and checkpoint
            ofCore(
                            "acknowledged before the handler",
                            "Dispatcher.java",
                            "        try {\n            handler.onPosts(batch.unread());",
                            "        if (batch.failures == 0) checkpoint.acknowledged(Collections.unmodifiableList(batch.posts));\n        try {\n            handler.onPosts(batch.unread());")
                    .and(
                            "            checkpoint.acknowledged(Collections.unmodifiableList(batch.posts));\n            inHand",
                            "            inHand"),
            ofCore(
                            "checkpoint before the acknowledgement",
                            "Dispatcher.java",
                            "            if (isWanted(post)) posts.add(post);",
                            "            if (isWanted(post)) {\n                posts.add(post);\n                checkpoint.acknowledged(List.of(post));\n            }")
                    .and(
                            "            checkpoint.acknowledged(Collections.unmodifiableList(batch.posts));\n            inHand",
                            "            inHand"),
            ofCore(
                    "a post is dropped after its tries",
                    "Dispatcher.java",
                    "inbox.isCrowded(batch.posts.get(0)))) unkept.add(batch);",
                    "inbox.isCrowded(batch.posts.get(0)))) done.addAll(batch.posts);"),
            ofCore(
                    "one failing post halts dispatch",
                    "Dispatcher.java",
                    "        else waiting.add(batch, time.nanoTime() + batch.pauseNanos(retries));",
                    "        else waiting.add(batch, waitUntilNanos = time.nanoTime() + batch.pauseNanos(retries));"),
            ofCore(
                    "a handler that fails nine times in ten dead-letters good posts",
                    "Batch.java",
                    "if (counted > 0 && ahead <= aheadAtLast) return;",
                    "if (counted == 1 && ahead <= aheadAtLast) return;"),
            ofCore(
                    "a try counts although no other post has succeeded",
                    "Batch.java",
                    "if (counted > 0 && ahead <= aheadAtLast) return;",
                    ""),
            ofCore(
                    "a batch is not split",
                    "Dispatcher.java",
                    "if (batch.posts.size() > 1) return split(batch);",
                    "if (batch.posts.size() > 1) {\n            waiting.add(batch, time.nanoTime() + retries.pauseNanos(batch.failures));\n            return 0;\n        }"),
            ofRecovery("a failed commit is forgotten", "StateWriter.java", "failed = changes;", "failed = List.of();"),
            ofRecovery(
                    "progress not persisted",
                    "OpenGaps.java",
                    "        writer.remember(new Change.GapKept(gap));",
                    "        writer.remember(new Change.GapKept(gap.change()\n                .steps(List.of()).lost(List.of()).doubtful(List.of()).build()));"),
            ofRecovery(
                    "open gaps not persisted",
                    "OpenGaps.java",
                    "        writer.remember(new Change.GapKept(gap));",
                    ""),
            ofRecovery(
                    "dispatch goes on while the disk is full",
                    "StateWriter.java",
                    "return writable\n",
                    "return time != null\n"),
            // what is believed
            ofRecovery("a clock believed at once", "XClock.java", "if (!certain) return Learned.DOUBT;", ""),
            ofRecovery(
                    "a date that is wrong by less than a minute is believed at once",
                    "XClock.java",
                    "shown.isNarrow() ? shown.answers > 1",
                    "shown.isNarrow() ? shown.answers > 1 || seen.minus(skew).abs().compareTo(Duration.ofMinutes(1)) <= 0"),
            ofRecovery(
                            "a gap from before a change of the rules is not doubtful",
                            "OpenGaps.java",
                            "Gap opened = RulesHeld.areReasonOf(gap) ? gap : judged.apply(gap);",
                            "Gap opened = gap;")
                    .seenOnFoundDays(),
            ofRecovery(
                            "a doubt about the rules stays behind when its gap grows",
                            "GapChanges.java",
                            "return spanning(gap, whole).change().reconnectedAt(Optional.of(at)).build();",
                            "return gap.change().span(whole).reconnectedAt(Optional.of(at)).build();")
                    .seenOnFoundDays(),
            ofRecovery(
                            "a slice that left X's window is lost whole, and the next one begins at the edge again",
                            "SearchSteps.java",
                            "Span.later(edge, slice.slice().span().from().plus(PASSED_MIN))",
                            "slice.slice().span().until()")
                    .seenOnFoundDays(),
            ofRecovery(
                            "a step that a count ended while a rule was missing is believed",
                            "GapKeeper.java",
                            "rulesHeld.asked(gaps.all(), gaps.takeEnded());",
                            "rulesHeld.asked(gaps.all(), Instant.MAX);")
                    .seenOnFoundDays(),
            ofRecovery(
                            "the first start stays behind when the clock is set",
                            "GapKeeper.java",
                            "first.clockSet(by);",
                            "")
                    .seenOnFoundDays(),
            ofCore(
                            "any byte shows that everything from a pause has been read",
                            "Session.java",
                            "        lastSignalNanos = nowNanos;\n        batchNanos = nowNanos;\n",
                            "        lastSignalNanos = nowNanos;\n        batchNanos = nowNanos;\n"
                                    + "        if (behindSinceNanos != NEVER && nowNanos - lastResumedNanos >= CAUGHT_UP_NANOS) behindSinceNanos = NEVER;\n")
                    .seenOnFoundDays(),
            ofCore(
                            "an unreadable line as new as the signal before it",
                            "Session.java",
                            "heardUntilNanos(signalNanos), batchNanos",
                            "signalNanos, batchNanos")
                    .seenOnFoundDays(),
            ofCore("unreadable lines counted as a signal", "Session.java", "unread(fault, id);", "heard(batchNanos);"),
            ofCore(
                    "a bare 200 ends the outage",
                    "Session.java",
                    "        told.answered(answer);\n",
                    "        told.answered(answer);\n        confirm();\n"),
            ofCore(
                    "errors of one post end the connection",
                    "spi/MessageParser.java",
                    "if (isOfOnePost(error)) return Optional.of(new Message.PostUnavailable(Problem.of(error)));",
                    "if (isOfOnePost(error)) return Optional.of(new Message.Notice(Problem.of(error)));"),
            ofCore(
                    "a last line without a line end dropped",
                    "Session.java",
                    "ending.kind() == Ending.Kind.COMPLETE && isLastLineWhole()",
                    "ending.kind() == Ending.Kind.CUT && isLastLineWhole()"),
            ofRecovery(
                    "a span of unreadable lines is no gap",
                    "GapKeeper.java",
                    "        missing(connection, x.ofSignal(heardAt));",
                    ""),
            ofRecovery(
                    "a bad line is not written down",
                    "GapKeeper.java",
                    "if (alone) lines.add(line, before, x.of(line.at()));",
                    "if (alone) lines.toString();"),
            // what an answer means
            ofRecovery(
                    "a refusal that closes a gap",
                    "SearchSteps.java",
                    "gaps.refused(rest, StepRun.of(slice.slice()).with(StepRun.State.REFUSED, outcome.detail()));",
                    "gaps.keep(GapChanges.withLost(rest, slice.slice().span(), outcome.detail()), slice.run().with(StepRun.State.FAILED, outcome.detail()));"),
            ofRecovery(
                    "a refusal kept for ever",
                    "Entitlement.java",
                    "REFUSED_FOR = Duration.ofDays(1)",
                    "REFUSED_FOR = Duration.ofDays(1_000)"),
            ofRecovery(
                    "a page in a job's place taken as X's refusal",
                    "JobFetch.java",
                    "return answer.isByX() && aboutJobs && !answer.before().query();",
                    "return aboutJobs;"),
            ofCore(
                    "a backfill refusal that ends the stream",
                    "api/Answer.java",
                    "if (withBackfill && mayBeTheBackfill()) return Meaning.WITHOUT_BACKFILL;",
                    ""),
            ofCore(
                    "a 401 of an accepted token that is final at once",
                    "api/Answer.java",
                    "case 401, 403 -> isNewToken();",
                    "case 401, 403 -> true;"),
            ofCore(
                    "a page's 404 that is final",
                    "api/Answer.java",
                    "if (before.isNew() && isWrongAddressOrToken()) return true;",
                    "if (isWrongAddressOrToken()) return true;"),
            ofCore(
                    "what X accepted is forgotten with the process",
                    "StreamLoop.java",
                    "api.accepted().recall(recovery.acceptedBefore(), note -> execute(() -> recovery.accepted(note)));",
                    ""),
            ofCore(
                    "Retry-After ignored",
                    "api/Answer.java",
                    "head.retryAfter(now).map(Answer::believed),",
                    "Optional.empty(),"),
            ofCore(
                    "rate headers not shared",
                    "StreamLoop.java",
                    "return api.windows().waitNanos(\"GET\", settings.endpoint().path(), nowNanos);",
                    "return 0;"),
            ofCore(
                    "a parked stream asks again every five seconds",
                    "pace/Ladders.java",
                    "Duration delay = BackOff.parked(parked + 1);",
                    "Duration delay = Duration.ofSeconds(5);"),
            ofCore(
                    "a rate header on a 200 ignored",
                    "api/RateWindows.java",
                    ".ifPresent(rest -> counted(window, head.rateLimitRemaining(), rest, nowNanos));",
                    ".isPresent();"),
            ofRecovery(
                    "a portal's page taken for search's answer",
                    "search/Calls.java",
                    "if (isPage(received.body())) reply",
                    "if (received.ok()) reply"),
            ofCore(
                    "a refusal of the token request that is final at once",
                    "api/AppOnlyToken.java",
                    "case PARK, SPENT -> NoTokenException.Next.PARKED;",
                    "case PARK, SPENT -> NoTokenException.Next.NEVER;"),
            // the rules
            ofCore(
                    "rules that another program has deleted are not added back",
                    "RulesWatch.java",
                    "else if (!contested) restore(plan);",
                    "else if (contested) restore(plan);"),
            ofCore(
                    "the time in which rules were missing is no gap",
                    "StreamLoop.java",
                    "recovery.rulesMissing(lastSeenAt);",
                    ""),
            ofCore(
                    "when the rules were seen is forgotten with the process",
                    "RulesWatch.java",
                    "last == null ? owner.rulesHeldBefore().orElse(null) : last;",
                    "last;"),
            ofCore(
                    "rules that were deleted and added again count as there all the time",
                    "RulesWatch.java",
                    "filter(rule -> !before.contains(rule.id()))",
                    "filter(rule -> false)"),
            ofRecovery(
                    "search goes on with the rules of before they were added back",
                    "SearchRecovery.java",
                    "edition++;",
                    ""),
            ofRecovery(
                    "what steps brought while rules were missing believed",
                    "RulesHeld.java",
                    "Span.earlier(look.at(), look.askedFrom())",
                    "look.at()"),
            ofRecovery(
                    "a backfill for what came while rules were missing",
                    "OpenGaps.java",
                    ".filter(gap -> !RulesHeld.areReasonOf(gap))",
                    ""),
            ofRecovery(
                    "rules that their owner changed within a gap are no doubt",
                    "OpenGaps.java",
                    "            if (!RulesHeld.areReasonOf(gap)) keep(GapChanges.withDoubt(gap, gap.span(), Doubt.RULES_CHANGED, why));",
                    ""),
            ofRecovery(
                            "a verdict without another look at the rules",
                            "GapKeeper.java",
                            "rules.isLookedAtFor(gap.id(), now)",
                            "true")
                    .seenOnFoundDays(),
            // not hammering
            ofCore(
                            "a 429 of a job moves the live ladder",
                            "StreamLoop.java",
                            "new JobRun(around, budget, source, listener)",
                            """
                            new JobRun(around, budget, source, new Recovery.JobListener() {
                                public void opening(Recovery.Job opened) { listener.opening(opened); }
                                public void answered() { listener.answered(); }
                                public void confirmed(Recovery.Accepted answer) { listener.confirmed(answer); }
                                public void unreadable() { listener.unreadable(); }
                                public void unreadable(UnreadLine line) { listener.unreadable(line); }
                                public void info(com.fasterxml.jackson.databind.JsonNode info) { listener.info(info); }
                                public void ended(Disconnection how) {
                                    if (how instanceof Disconnection.Refused it && it.status() == 429) {
                                        io.gapless.stream.pace.Ladders.Step step = shared.climbRate();
                                        shared = step.ladders();
                                        heldUntilNanos = time.nanoTime() + step.delay().toNanos();
                                    }
                                    listener.ended(how);
                                }
                            })""")
                    .and(
                            "        if (!othersUp(lane)) return lane",
                            "        if (time.nanoTime() < heldUntilNanos) return false;\n        shared = io.gapless.stream.pace.Ladders.BOTTOM;\n        if (!othersUp(lane)) return lane")
                    .and(
                            "    private final List<JobRun> jobs = new ArrayList<>();\n",
                            "    private final List<JobRun> jobs = new ArrayList<>();\n    private io.gapless.stream.pace.Ladders shared = io.gapless.stream.pace.Ladders.BOTTOM;\n    private long heldUntilNanos = Long.MIN_VALUE;\n"),
            ofCore(
                    "ladder reset on 200",
                    "Lane.java",
                    "ladders = ladders.withTokenAccepted();",
                    "ladders = Ladders.BOTTOM;"),
            ofCore(
                    "a drop of a connection that was never healthy is reconnected at once",
                    "ReconnectPolicy.java",
                    "        return healthy\n                ? NextStep.at(NextStep.Kind.CONNECT, Duration.ZERO, from)",
                    "        return healthy || !healthy\n                ? NextStep.at(NextStep.Kind.CONNECT, Duration.ZERO, from)"),
            ofCore(
                    "budget per lane",
                    "StreamLoop.java",
                    "new Lane(number, time, chance, budget, this::say, this)",
                    "new Lane(number, time, chance, new ConnectBudget(settings.connectBudget(), recovery::charged), this::say, this)"),
            ofCore(
                    "jobs do not draw on the budget",
                    "StreamLoop.java",
                    "long waitNanos = budget.tryTake(ConnectBudget.Purpose.EXTRA, time.nanoTime());",
                    "long waitNanos = 0;"),
            ofCore(
                    "no reserve",
                    "pace/ConnectBudget.java",
                    "connects - purpose.reservesKept * (connects / RESERVE_PARTS)",
                    "connects"),
            ofCore(
                    "a connection that is ended by a notice keeps its socket",
                    "Connection.java",
                    "            session.cancel();\n            end(new Disconnection.Notice(problem)",
                    "            end(new Disconnection.Notice(problem)"),
            ofCore(
                    "no watchdog",
                    "Connection.java",
                    "            stalled(silenceNanos, 0, nowNanos);\n            return 0;",
                    "            return limitNanos;"));

    private Mutants() {}
}
