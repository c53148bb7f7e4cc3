package io.gapless.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.stream.api.Answer;
import io.gapless.stream.api.BackOff;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.post.Origin;
import io.gapless.stream.spi.Pin;
import io.gapless.stream.spi.Recovery;
import io.gapless.stream.spi.Source;
import io.gapless.stream.spi.UnreadLine;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongBiFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one chunk with recovery jobs. Owner: the stream's thread.
 *
 * <p>A job's end proves nothing, because a cut and a completion look alike. So the chunk is fetched in passes. A pass
 * leads from the chunk's start to its end. If the job of a pass is cut, the pass continues with a new job. The new job
 * starts a few seconds before the cut; these seconds are the overlap of the two jobs.
 *
 * <p>A chunk is complete when X reports completion of a job that began at the chunk's start. It is also complete when a
 * second or later pass reaches at least as far as the one before it, delivers at least one post that was already
 * received, and delivers no new one. If that pass was cut, it must also have delivered the posts of the overlap again.
 * A chunk without posts is done after two empty passes a minute apart, but unproven. Posts of a job may come in any
 * order.
 */
final class JobFetch implements Recovery.JobListener {
    /** The state of a fetch, by which the caller decides what comes next. */
    enum State {
        /** The fetch is running, or waits for its next request. */
        GOING_ON,
        /** Every post that X serves has arrived and is acknowledged. */
        DONE,
        /** Two passes returned no post. */
        DONE_UNPROVEN,
        /** X's window has moved past the start of the chunk. The span must be planned again. */
        RECUT,
        /**
         * The account cannot use recovery jobs: X refuses them, ignores their times, or ends the live connection for
         * them.
         */
        REFUSED,
        /** An answer was not X's last word. Recovery jobs are parked. */
        PARKED,
        /** All passes that are allowed were made, and even the last one returned new posts. So posts may be missing. */
        GIVEN_UP,
        /** Lines could not be read, and further passes have not helped. */
        UNREADABLE
    }

    private static final Duration STEP_OVERLAP = Duration.ofSeconds(5);
    private static final Duration BETWEEN_EMPTY_PASSES = Duration.ofSeconds(61);
    /** If X refuses a request whose times lie this far inside X's window, the window is not the reason. */
    private static final Duration SPARE = Duration.ofSeconds(60);

    private static final int PASSES_MAX = 8;
    /** A job whose posts are later than its {@code end_time} by more than this is a second live stream. */
    private static final Duration AFTER_END_MAX = Duration.ofSeconds(10);

    private static final String IGNORED = "X ignored start_time and end_time";
    /**
     * How many times in a row a request is retried after X has refused it because all connections were taken. The
     * retries take about 15 minutes. After one more such refusal, jobs count as refused: X does not give this account a
     * connection for them.
     */
    private static final int BUSY_MAX = 5;

    private final Recovery.Host host;
    private final XClock x;
    private final Span chunk;
    private final Set<LostSpan> lost = new LinkedHashSet<>();

    private State state = State.GOING_ON;
    private String note = "";
    private Instant cursor;
    /** The moment up to which this pass has fetched the chunk, by the posts' times of creation. */
    private Instant reached;

    private Duration stepOverlap = STEP_OVERLAP;
    /**
     * When to send the next request, by the monotonic clock. The other clocks are not used, because X's time may be
     * corrected, and this machine's clock may be set, during the wait.
     */
    private long nextTryNanos;

    private Instant askedAt = Instant.EPOCH;
    private int failures;
    private int busy;

    /**
     * The counts of the running request, or of an ended request whose posts are still on their way to the handler; null
     * if there is no such request.
     */
    private @Nullable Source source;

    private Recovery.@Nullable Job job;
    /** Whether X, or a server in between, has answered the request with 200. */
    private boolean answered;
    /** Whether X's first line has arrived. */
    private boolean confirmed;
    /** Whether at least one line of this pass was unreadable. */
    private boolean spoiled;

    private int spoiledPasses;

    private @Nullable Disconnection ending;
    private boolean saidComplete;
    private boolean costsLive;

    private int passes;
    private long passFresh;
    private long passDuplicates;
    private Instant passNewest = Instant.MIN;
    /** The creation time of the newest post in the last earlier pass that delivered any post. */
    private Instant newestBefore = Instant.MIN;

    private long fresh;
    private long duplicates;
    /** The shares of the claims, one after another: they make up the chunk. A claim within an earlier one has none. */
    private final List<Pin> shares;
    /** {@link #fresh} by share; the first share is what the others leave. */
    private final long[] freshOf;
    /** {@link #duplicates} by share, likewise. */
    private final long[] duplicatesOf;

    /**
     * Creates a fetch that has sent no request.
     *
     * @param chunk the span to fetch
     * @param ends where the claims end that the chunk serves, in the order of their starts. Each post counts for the
     *     first of them that reaches it
     */
    JobFetch(Recovery.Host host, XClock x, Span chunk, List<Instant> ends) {
        this.host = host;
        this.x = x;
        this.chunk = chunk;
        this.shares = shares(chunk, ends);
        this.freshOf = new long[shares.size()];
        this.duplicatesOf = new long[shares.size()];
        this.cursor = chunk.from();
        this.reached = chunk.from();
        this.nextTryNanos = host.time().nanoTime();
    }

    private static List<Pin> shares(Span chunk, List<Instant> ends) {
        List<Pin> shares = new ArrayList<>();
        Instant from = chunk.from();
        for (Instant end : ends) {
            Instant until = Span.later(from, end);
            shares.add(new Pin(from, until));
            from = until;
        }
        return shares;
    }

    /** Does what is due: sends the next request, watches the running job, or judges an ended one. */
    void step(Instant now) {
        if (state() != State.GOING_ON) return;
        if (source == null) {
            if (nextTryNanos - host.time().nanoTime() <= 0) ask(now);
            return;
        }
        if (ending == null) {
            watch();
            return;
        }
        // An ended job is judged after its posts have been handled, because only acknowledged posts count as delivered.
        if (!source.isSettled()) return;
        judge(source, ending, now);
        source = null;
        ending = null;
        job = null;
    }

    private void ask(Instant now) {
        Source next = shares.size() == 1
                ? new Source(Origin.RECOVERY_JOB)
                : new Source(Origin.RECOVERY_JOB, new Pin(chunk.from(), chunk.until()));
        source = next;
        ending = null;
        answered = false;
        confirmed = false;
        saidComplete = false;
        Recovery.JobOpening opening = host.openJob(cursor, chunk.until(), next, this);
        if (opening instanceof Recovery.JobOpening.Opening) {
            askedAt = now;
            return;
        }
        source = null;
        // The third possible opening, `Never`, needs no wait, because a stream that has ended makes no further step.
        if (opening instanceof Recovery.JobOpening.Later later)
            nextTryNanos = host.time().nanoTime() + later.waitNanos();
    }

    /**
     * Cancels a job that sends posts from after its {@code end_time}. Such a job is a second live stream, for which X
     * may end the live connection.
     */
    private void watch() {
        if (state != State.GOING_ON) return;
        Recovery.Job running = job;
        if (running == null || !ignoresTimes(running)) return;
        running.cancel();
        become(State.REFUSED, IGNORED);
    }

    /** Returns whether a job has sent a post that was created after its {@code end_time}. */
    private boolean ignoresTimes(Recovery.Job which) {
        return which.newestPostAt().isAfter(chunk.until().plus(AFTER_END_MAX));
    }

    @Override
    public void opening(Recovery.Job opened) {
        job = opened;
        if (state != State.GOING_ON) opened.cancel();
    }

    @Override
    public void answered() {
        answered = true;
    }

    @Override
    public void confirmed(Recovery.Accepted answer) {
        confirmed = true;
        failures = 0;
        busy = 0;
        x.learn(answer);
    }

    @Override
    public void unreadable() {
        spoiled = true;
    }

    /**
     * Records an unreadable line. If the line is too long, it will be the same in the next pass, so its post is
     * recorded as lost. If the line is not JSON, it may be readable in the next pass, so the pass must be repeated. The
     * pass is also repeated if the line does not show when its post was created.
     */
    @Override
    public void unreadable(UnreadLine line) {
        Optional<LostSpan> post = LineLosses.lost(line, chunk);
        if (line.fault() == LineFault.NOT_JSON || post.isEmpty()) spoiled = true;
        else lost.add(post.get());
    }

    @Override
    public void info(JsonNode info) {
        String message = info.path("info").path("message").asText("");
        saidComplete = message.contains("Completed") && !message.contains("Errors");
        note = message;
    }

    @Override
    public void ended(Disconnection how) {
        ending = how;
    }

    private void judge(Source brought, Disconnection how, Instant now) {
        long newPosts = brought.acknowledged();
        passFresh += newPosts;
        passDuplicates += brought.duplicates();
        if (job != null) passNewest = Span.later(passNewest, job.newestPostAt());
        fresh += newPosts;
        duplicates += brought.duplicates();
        for (int i = 1; i < shares.size(); i++) {
            freshOf[i] += brought.acknowledgedWithin(shares.get(i));
            duplicatesOf[i] += brought.duplicatesWithin(shares.get(i));
        }
        if (state != State.GOING_ON) return;
        // Such a job may end before anybody has watched it, since X may end one of two live streams at once.
        if (job != null && ignoresTimes(job)) become(State.REFUSED, IGNORED);
        else if (how instanceof Disconnection.Refused refused) judgeRefusal(refused, now);
        else if (!answered || how instanceof Disconnection.NotFromX)
            retry(BackOff.HTTP.after(++failures).toMillis());
        else if (how instanceof Disconnection.ClosedByServer closed && closed.orderly())
            endPass(broughtOverlap(brought));
        else if (!confirmed) retry(BackOff.HTTP.after(++failures).toMillis());
        else resume(newPosts);
    }

    /**
     * Returns whether the job seems to have delivered the posts of the overlap with the cut job before it. True if the
     * job delivered any post, or if this pass has found no post as late as the overlap.
     */
    private boolean broughtOverlap(Source brought) {
        return brought.acknowledged() + brought.duplicates() > 0 || passNewest.isBefore(cursor);
    }

    private void endPass(boolean credible) {
        if (spoiled) {
            endSpoiledPass();
            return;
        }
        failures = 0;
        busy = 0;
        passes++;
        // A job that began after a cut reports completion for its own part only. Posts need not come in order, so posts
        // from before the cut may be missing.
        if (saidComplete && cursor.equals(chunk.from())) become(State.DONE, note);
        else if (passes > 1 && credible && broughtAllKnown()) become(State.DONE, "a second pass returned no new posts");
        else if (passes > 1 && fresh + duplicates == 0 && spoiledPasses > 0)
            become(State.UNREADABLE, "one pass could not be read, and the next one returned no posts");
        else if (passes > 1 && fresh + duplicates == 0) become(State.DONE_UNPROVEN, "two passes returned no posts");
        else if (passes >= PASSES_MAX)
            become(State.GIVEN_UP, passes + " passes returned different posts, so there may be more");
        else nextPass();
    }

    /**
     * Ends a pass in which lines were unreadable. The lines may be readable in the next pass, so another pass follows,
     * up to a limit.
     */
    private void endSpoiledPass() {
        spoiled = false;
        if (++spoiledPasses >= PASSES_MAX) {
            become(State.UNREADABLE, "each of " + spoiledPasses + " passes had lines that could not be read");
            return;
        }
        nextPass();
        retry(BackOff.HTTP.after(spoiledPasses).toMillis());
    }

    private boolean broughtAllKnown() {
        return passFresh == 0 && passDuplicates > 0 && !passNewest.isBefore(newestBefore);
    }

    private void nextPass() {
        if (fresh + duplicates == 0) retry(BETWEEN_EMPTY_PASSES.toMillis());
        cursor = chunk.from();
        reached = chunk.from();
        stepOverlap = STEP_OVERLAP;
        if (passFresh + passDuplicates > 0) newestBefore = passNewest;
        passNewest = Instant.MIN;
        passFresh = 0;
        passDuplicates = 0;
    }

    /**
     * Continues the pass with a job that starts a little before the cut. If jobs break off in the same second again and
     * again, that second is recorded as lost.
     */
    private void resume(long newPosts) {
        Instant newest = job == null ? Instant.MIN : job.newestPostAt();
        Instant cutAt = Span.later(cursor, Span.earlier(newest, chunk.until().minusMillis(1)))
                .truncatedTo(ChronoUnit.SECONDS);
        boolean stuck = newPosts == 0 && !cutAt.isAfter(reached);
        reached = Span.later(reached, cutAt);
        if (stuck && stepOverlap.isZero()) {
            lost.add(new LostSpan(
                    new Span(reached, reached.plusSeconds(1)), "the recovery job broke off in this second each time"));
            reached = reached.plusSeconds(1);
            if (!reached.isBefore(chunk.until())) {
                endPass(true);
                return;
            }
        } else if (stuck) {
            // The job has broken off within its overlap, among posts that the job before it had fetched. Posts are so
            // dense here that a longer overlap would end like this again, so the overlap is halved for the rest of the
            // pass.
            stepOverlap = Duration.ofSeconds(stepOverlap.toSeconds() / 2);
        }
        cursor = Span.later(chunk.from(), reached.minus(stepOverlap));
    }

    private void judgeRefusal(Disconnection.Refused refused, Instant now) {
        Answer answer = refused.answer();
        switch (answer.meaning(true)) {
            case SPENT ->
                retry(BackOff.parked(++failures, answer.untilCapReset()).toMillis());
            case BUSY -> retryBusy(refused);
            case RATE -> retry(Math.max(BackOff.RATE.after(++failures).toMillis(), adviceMillis(answer)));
            case LADDER, RULES -> retry(Math.max(BackOff.HTTP.after(++failures).toMillis(), adviceMillis(answer)));
            case WITHOUT_BACKFILL, TOKEN, PARK, FINAL -> {
                if (answer.status() == 400 || answer.status() == 422) judgeInvalid(refused, now);
                else become(isLastWord(answer) ? State.REFUSED : State.PARKED, refused.describe());
            }
        }
    }

    private void retryBusy(Disconnection.Refused refused) {
        long ladderMillis = busy == 0
                ? BackOff.SLOT_TAKEN.toMillis()
                : BackOff.RATE.after(busy).toMillis();
        if (++busy > BUSY_MAX) become(State.REFUSED, refused.describe());
        else retry(ladderMillis);
    }

    private static long adviceMillis(Answer answer) {
        Duration advice = answer.retryAfter().orElse(Duration.ZERO);
        Duration reset = answer.untilReset().orElse(Duration.ZERO);
        Duration longer = advice.compareTo(reset) > 0 ? advice : reset;
        return longer.compareTo(Answer.ADVICE_MAX) > 0 ? Answer.ADVICE_MAX.toMillis() : longer.toMillis();
    }

    /** Returns whether X itself refuses recovery jobs, and has never accepted such a request before. */
    private static boolean isLastWord(Answer answer) {
        boolean aboutJobs =
                answer.status() == 400 || answer.status() == 403 || answer.status() == 404 || answer.status() == 422;
        return answer.isByX() && aboutJobs && !answer.before().query();
    }

    /**
     * Judges an answer of 400 or 422, by which X may refuse the times of the request. X's window may have moved, or be
     * tighter than X documents. Only if the times lie well inside the window does the answer show that the account may
     * not use recovery jobs.
     */
    private void judgeInvalid(Disconnection.Refused refused, Instant now) {
        boolean fresh =
                !chunk.until().isBefore(now.minus(RecoveryPlanner.JOB_FRESHNESS).minus(SPARE));
        boolean old = !cursor.isAfter(now.minus(RecoveryPlanner.JOB_WINDOW).plus(SPARE));
        if (old) become(State.RECUT, refused.describe());
        else if (fresh) retry(SPARE.toMillis() / 2);
        else become(isLastWord(refused.answer()) ? State.REFUSED : State.PARKED, refused.describe());
    }

    private void retry(long delayMillis) {
        nextTryNanos = host.time().nanoTime() + Duration.ofMillis(delayMillis).toNanos();
    }

    private void become(State next, String why) {
        state = next;
        note = why;
    }

    /** Ends the fetch and cancels its job, because this account should not run recovery jobs. */
    void refuse(String why) {
        become(State.REFUSED, why);
        if (job != null) job.cancel();
    }

    /** Returns whether a request is running, or has ended and is not judged yet. */
    boolean hasAsked() {
        return source != null;
    }

    /** Returns when the next request may be sent, by the monotonic clock. */
    long nextTryNanos() {
        return nextTryNanos;
    }

    /** Notes that the live connection ended right after this job was requested. */
    void costLive() {
        costsLive = true;
    }

    boolean hasCostLive() {
        return costsLive;
    }

    boolean wasAskedWithin(Duration length, Instant now) {
        return !now.isAfter(askedAt.plus(length));
    }

    /**
     * Returns whether the fetch only waits for posts at which the handler has failed. Such a fetch sends X no request.
     */
    boolean isAtRest() {
        return source != null && ending != null && !source.isSettled() && source.isHandedOver();
    }

    /**
     * Returns the state of the fetch: {@link State#GOING_ON} until every fetched post is acknowledged and counted, even
     * if the outcome is known before.
     */
    State state() {
        return source == null ? state : State.GOING_ON;
    }

    /** Returns how many posts were recovered so far for a claim. */
    long fresh(int claim) {
        return share(claim, fresh, freshOf, Source::acknowledged, Source::acknowledgedWithin);
    }

    /** Returns how many fetched posts of a claim had already been received. */
    long duplicates(int claim) {
        return share(claim, duplicates, duplicatesOf, Source::duplicates, Source::duplicatesWithin);
    }

    /**
     * Returns a claim's share of a count. The first claim also has the posts whose ids contain no time.
     *
     * @param ended the count of the ended requests
     * @param endedOf the same by share
     * @param running reads the count of the running request
     * @param within reads its count within a share
     */
    private long share(
            int claim,
            long ended,
            long[] endedOf,
            ToLongFunction<Source> running,
            ToLongBiFunction<Source, Pin> within) {
        Source present = source;
        if (claim > 0) return endedOf[claim] + (present == null ? 0 : within.applyAsLong(present, shares.get(claim)));
        // The total is read last, because posts may be acknowledged between the reads.
        long others = 0;
        for (int i = 1; i < shares.size(); i++) others += share(i, ended, endedOf, running, within);
        long first = ended + (present == null ? 0 : running.applyAsLong(present)) - others;
        // A post counts by its time of creation before it counts in the total.
        return Math.max(0, first);
    }

    /** Returns the certainly lost spans: seconds that no job got past, and the posts of unreadable lines. */
    Set<LostSpan> lost() {
        return lost;
    }

    /** Returns why the fetch has ended, in words. */
    String note() {
        return note;
    }

    StepRun run(Step step, int claim, StepRun.State as) {
        return new StepRun(step, as, passes, fresh(claim), duplicates(claim), note);
    }
}
