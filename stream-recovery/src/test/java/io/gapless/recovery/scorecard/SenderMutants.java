package io.gapless.recovery.scorecard;

import static io.gapless.recovery.scorecard.Mutant.ofSender;

import java.util.List;

/** The ways in which sending is broken on purpose; most are mistakes that other tools make. */
final class SenderMutants {
    static final List<Mutant> ALL = List.of(
            ofSender(
                    "a stamp is an order",
                    "Versions.java",
                    "        if (last.is(micros, content)) return Found.UNCHANGED;",
                    "        if (micros < last.micros) return Found.OLDER;\n        if (last.is(micros, content)) return Found.UNCHANGED;"),
            ofSender(
                    "a row is its stamp, whatever it holds",
                    "Versions.java",
                    "return micros == otherMicros && Arrays.equals(content.digest(), other.digest());",
                    "return micros == otherMicros;"),
            ofSender(
                    "what was ever collected is unchanged",
                    "Versions.java",
                    "        if (before == null) {",
                    "        if (before != null) return Found.UNCHANGED;\n        if (before == null) {"),
            ofSender(
                    "the old row of a replica follows the new one",
                    "Versions.java",
                    "return micros < last.micros && before.seq <= last.firstSeq ? Found.OLDER : Found.NEW;",
                    "return Found.NEW;"),
            ofSender(
                    "rows that share a key are not reported",
                    "Collector.java",
                    "if (findings.sharing() > 0)",
                    "if (findings.sharing() > Long.MAX_VALUE - 1)"),
            ofSender(
                    "a column that is computed at each poll is not named",
                    "Collector.java",
                    "if (findings.changedUnderStamp() > 0)",
                    "if (findings.changedUnderStamp() > Long.MAX_VALUE - 1)"),
            ofSender(
                    "rows that cannot be sent are not reported",
                    "Collector.java",
                    "if (findings.refused() > 0)",
                    "if (findings.refused() > Long.MAX_VALUE - 1)"),
            ofSender(
                    "the database's clock is believed",
                    "Reach.java",
                    "return ahead().compareTo(tolerance(overlap)) > 0 ? machine : source;",
                    "return source;"),
            ofSender(
                    "a mark that lies ahead stays",
                    "Reach.java",
                    "boolean markIsAhead = mark.isAfter(present.plus(tolerance));",
                    "boolean markIsAhead = false;"),
            ofSender(
                    "a database's clock that was set back is not seen",
                    "Collector.java",
                    "if (setBack.compareTo(Reach.tolerance(settings.overlap())) <= 0) return",
                    "if (setBack.compareTo(Duration.ofDays(10_000)) <= 0) return"),
            ofSender(
                    "clocks that differ are not reported",
                    "Collector.java",
                    "if (differ && !clocksReported)",
                    "if (differ && clocksReported)"),
            ofSender(
                    "a mark that lies ahead is not reported",
                    "Collector.java",
                    "if (reach.markIsAhead() && !markReported)",
                    "if (reach.markIsAhead() && markReported)"),
            ofSender(
                    "a slot of the future is kept",
                    "SendLoop.java",
                    "if (lastSlot.isAfter(now.plus(CLOCKS_AGREE_WITHIN))) lastSlot = Instant.EPOCH;",
                    ""),
            ofSender(
                    "overdue by the clock on the wall",
                    "SendLoop.java",
                    "if (time.nanoTime() - lastAcknowledgedNanos <= settings.lateAfter().toNanos()) return;",
                    "if (Duration.between(lastAcknowledged, time.instant()).compareTo(settings.lateAfter()) <= 0) return;"),
            ofSender(
                    "the beginning is 1970",
                    "Collector.java",
                    "Instant beginning = settings.since().orElse(SourceTime.BEGINNING);",
                    "Instant beginning = settings.since().orElse(Instant.EPOCH);"),
            ofSender(
                    "nothing before the mark is read again",
                    "Collector.java",
                    ".map(remembered -> latest(remembered, before(mark, settings.overlap())))",
                    ".map(remembered -> latest(remembered, mark))"),
            ofSender(
                    "a key without its content",
                    "Batch.java",
                    "String whole = key + \"-\" + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);",
                    "String whole = key;"),
            ofSender(
                    "a portal's page acknowledges",
                    "Answer.java",
                    "if (body.form() == Form.MALFORMED || body.form() == Form.PAGE)",
                    "if (body.form() == Form.MALFORMED)"),
            ofSender(
                    "broken JSON acknowledges",
                    "Answer.java",
                    "if (body.form() == Form.MALFORMED || body.form() == Form.PAGE)",
                    "if (body.form() == Form.PAGE)"),
            ofSender(
                    "success: false acknowledges",
                    "Answer.java",
                    "if (body.saysNo()) return",
                    "if (body.saysNo() && status < 0) return"),
            ofSender(
                    "a 207 acknowledges all",
                    "Answer.java",
                    "if (body.namesFailures() || someMayLack)",
                    "if (body.namesFailures() && status < 0)"),
            ofSender(
                    "no answer acknowledges",
                    "Answer.java",
                    "return new Answer(Outcome.TRY_AGAIN, Wording.oneLine(why), Optional.empty());",
                    "return new Answer(Outcome.ACKNOWLEDGED, Wording.oneLine(why), Optional.empty());"),
            ofSender(
                    "a wrong key or address is a record's fault",
                    "Answer.java",
                    "if (status / 100 == 3 || UNWELCOME.contains(status)) return Outcome.UNWELCOME;",
                    "if (status / 100 == 3 || UNWELCOME.contains(status)) return Outcome.REFUSED;"),
            ofSender(
                    "a row that cannot be read ends the poll",
                    "IntervalWriter.java",
                    "                    intake.takeUnreadable(row);",
                    "                    if (row != null) throw new NotCollectedException(row.reason(), null);"),
            ofSender(
                    "a record that the encoder refuses is dropped",
                    "Intake.java",
                    "            refuse(seq, record.id(), version, record.fields(), why);",
                    ""),
            ofSender(
                    "an older version that was quarantined follows a newer one",
                    "IntervalWriter.java",
                    "\"SELECT count(*) FROM collected WHERE id = ? AND seq > ?\"",
                    "\"SELECT 0 * count(*) FROM collected WHERE id = ? AND seq > ?\""),
            ofSender(
                    "a row that another replaces is in no count",
                    "Intake.java",
                    "&& drop(last.seq())) findings.replaced();",
                    ") drop(last.seq());"),
            ofSender(
                    "nothing is sent while the source fails",
                    "SendLoop.java",
                    "        beginRound(0);\n        notCollected = why;",
                    "        if (promise == null) return 0;\n        beginRound(0);\n        notCollected = why;"),
            ofSender(
                    "a slot without the source is no try",
                    "SendLoop.java",
                    "nanosUntil(nextTry, now) : 0;",
                    "nanosUntil(nextTry.plusSeconds(3600), now) : 0;"),
            ofSender("each minute without the source is a try", "SendLoop.java", "if (tooEarly) return 0;", ""),
            ofSender(
                    "a preview is kept",
                    "Outbox.java",
                    "Sql.run(connection, \"ROLLBACK\");",
                    "Sql.run(connection, \"COMMIT\");"),
            ofSender(
                    "a refusal of all is one of each",
                    "RefusalRun.java",
                    "return count >= REFUSAL_OF_ALL;",
                    "return count < 0;"),
            ofSender(
                    "the deadline counts from the first try",
                    "SendLoop.java",
                    "if (wanted != null) deadlineNanos = time.nanoTime() + wanted.atMost().toNanos();",
                    ""),
            ofSender(
                    "who asks waits without a deadline",
                    "SendLoop.java",
                    "if (promise != null) return time.nanoTime() - deadlineNanos >= 0;",
                    "if (promise != null) return false;"),
            ofSender(
                    "what failed is tried again at the next slot only",
                    "SendLoop.java",
                    "tryAgainNanos = inWindow ? OptionalLong.of(time.nanoTime() + wait.toNanos()) : OptionalLong.empty();",
                    "tryAgainNanos = OptionalLong.empty();"),
            ofSender("what waits at a start waits for the slot", "SendLoop.java", "if (goesOn) beginRound(0);", ""),
            ofSender(
                    "the window's end is not seen",
                    "SendLoop.java",
                    "return !settings.schedule().isOpen(now) || due(now)",
                    "return due(now)"),
            ofSender(
                    "Retry-After is not honoured",
                    "SendLoop.java",
                    "time.nanoTime() + came.retryAfter().orElse(Duration.ZERO).toNanos());",
                    "time.nanoTime());"),
            ofSender(
                    "a dead endpoint is not left alone",
                    "Breaker.java",
                    "private static final int FAILURES = 6;",
                    "private static final int FAILURES = 600;"),
            ofSender(
                    "a newer version overtakes",
                    "SendLoop.java",
                    "if (attempt == 1 && passedOver && outbox.isHeldBack(next)) {",
                    "if (attempt == 0 && passedOver && outbox.isHeldBack(next)) {"),
            ofSender(
                    "the mark moves before its rows are kept",
                    "Outbox.java",
                    "            CollectedInterval collection = writer.write(span, feed);",
                    "            Sql.run(connection, \"UPDATE outbox SET collected_until_us = ?\", SourceTime.micros(span.until()));\n            Sql.run(connection, \"COMMIT\");\n            Sql.run(connection, \"BEGIN IMMEDIATE\");\n            CollectedInterval collection = writer.write(span, feed);"),
            ofSender(
                    "what may come again is forgotten",
                    "IntervalWriter.java",
                    "            forget(SourceTime.micros(from), waiting);",
                    "            forget(SourceTime.micros(span.until()), waiting);"),
            ofSender(
                    "a commit that fails is not tried again",
                    "SendLoop.java",
                    "            return STATE_RETRY_NANOS;",
                    "            return UNTIL_WOKEN;"),
            ofSender(
                    "services are mixed",
                    "Intake.java",
                    "form.byService() ? encoded.service() : \"\", encoded.body());",
                    "\"\", encoded.body());"));

    private SenderMutants() {}
}
