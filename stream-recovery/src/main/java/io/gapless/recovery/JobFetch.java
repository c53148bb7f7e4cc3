package io.gapless.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.Disconnection;
import io.gapless.stream.LineFault;
import io.gapless.stream.Origin;
import io.gapless.stream.Recovery;
import io.gapless.stream.Source;
import io.gapless.stream.UnreadLine;
import io.gapless.stream.api.Answer;
import io.gapless.stream.seam.Head;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one chunk by Recovery jobs. Owner: the stream's thread.
 *
 * <p>A job's end proves nothing: a cut and a completion look alike. So the chunk is walked through from its beginning to
 * its end, being asked for again from where it was cut, and then walked through again; it is done when a walk that has
 * come as far as the one before it has brought posts that are known and none that is not, those of the overlap after a
 * cut among them, or when X says itself that the job is complete. A chunk that never brought a post is done after two
 * empty walks a minute apart, without proof. Order within a job is not assumed.
 */
final class JobFetch implements Recovery.JobListener {
    /** What the caller has to do about it. */
    enum State {
        /** Under way, or waiting for its next request. */
        GOING_ON,
        /** All that X can give has come and is acknowledged. */
        DONE,
        /** Nothing came, twice. */
        DONE_UNPROVEN,
        /** The window has moved; plan its span anew. */
        RECUT,
        /** X does not let this account run jobs. */
        REFUSED,
        /** Answered in a way that is not X's last word. */
        PARKED,
        /** It keeps bringing new posts; its span is done in part. */
        GIVEN_UP,
        /** Some of its lines can never be read. */
        UNREADABLE
    }

    private static final Duration STEP_OVERLAP = Duration.ofSeconds(5);
    private static final Duration BETWEEN_EMPTY_WALKS = Duration.ofSeconds(61);
    /** A value that was this far inside X's window was not refused for being outside. */
    private static final Duration SPARE = Duration.ofSeconds(60);

    private static final int WALKS_MAX = 8;
    /** So many times in a row, some 15 minutes, no slot was free: here a job is a connection like any other. */
    private static final int BUSY_MAX = 5;

    private final Recovery.Host host;
    private final XClock x;
    private final Span chunk;
    private final Duration overlap;
    private final Set<LostSpan> lost = new LinkedHashSet<>();

    private State state = State.GOING_ON;
    private String note = "";
    private Instant cursor;
    /** How far this walk has come. */
    private Instant reached;

    private Duration stepOverlap = STEP_OVERLAP;
    /** By the monotonic clock: X's time may be learned anew, and this machine's clock be set, while it waits. */
    private long nextTryNanos;

    private Instant askedAt = Instant.EPOCH;
    private int failures;
    private int busy;

    /** The request under way, or whose posts are under way to the handler. */
    private @Nullable Source source;

    private Recovery.@Nullable Job job;
    /** Whether X, or something in its place, has answered it with 200. */
    private boolean answered;
    /** Whether a line of X's has come. */
    private boolean confirmed;
    /** Whether lines of this walk could not be read. */
    private boolean spoiled;

    private int spoiledWalks;

    private @Nullable Disconnection ending;
    private boolean saidComplete;
    private boolean costsLive;

    private int walks;
    private long walkFresh;
    private long walkDuplicates;
    private Instant walkNewest = Instant.MIN;
    /** Of the walk before this one that brought anything. */
    private Instant newestBefore = Instant.MIN;

    private long fresh;
    private long duplicates;

    JobFetch(Recovery.Host host, XClock x, Span chunk, Duration overlap) {
        this.host = host;
        this.x = x;
        this.chunk = chunk;
        this.overlap = overlap;
        this.cursor = chunk.from();
        this.reached = chunk.from();
        this.nextTryNanos = host.time().nanoTime();
    }

    /** Does what is due. */
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
        // Only what was acknowledged counts as brought.
        if (!source.isSettled()) return;
        judge(source, ending, now);
        source = null;
        ending = null;
        job = null;
    }

    private void ask(Instant now) {
        Source next = new Source(Origin.RECOVERY_JOB);
        source = next;
        ending = null;
        answered = false;
        confirmed = false;
        saidComplete = false;
        long waitNanos = host.openJob(cursor, chunk.until(), next, this);
        if (waitNanos == 0) {
            askedAt = now;
            return;
        }
        source = null;
        nextTryNanos = host.time().nanoTime() + waitNanos;
    }

    /** A job that brings posts of after its end is a second live stream, and may have cost us the first. */
    private void watch() {
        if (state != State.GOING_ON) return;
        Recovery.Job running = job;
        if (running == null || !running.newestPostAt().isAfter(chunk.until().plus(overlap))) return;
        running.cancel();
        become(State.REFUSED, "X ignored start_time and end_time");
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
    public void confirmed(Head head, Instant answeredAt) {
        confirmed = true;
        failures = 0;
        busy = 0;
        head.date().ifPresent(date -> x.learn(date, answeredAt));
    }

    @Override
    public void unreadable() {
        spoiled = true;
    }

    /** What is too long or has no id will be so again; anything else may come whole the next time. */
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
        walkFresh += newPosts;
        walkDuplicates += brought.duplicates();
        if (job != null) walkNewest = Span.later(walkNewest, job.newestPostAt());
        fresh += newPosts;
        duplicates += brought.duplicates();
        if (state != State.GOING_ON) return;
        if (how instanceof Disconnection.Refused refused) judgeRefusal(refused, now);
        else if (!answered || how instanceof Disconnection.NotFromX) retry(Ladders.HTTP.apply(++failures));
        else if (how instanceof Disconnection.ClosedByServer closed && closed.orderly())
            endWalk(broughtOverlap(brought));
        else if (!confirmed) retry(Ladders.HTTP.apply(++failures));
        else resume(newPosts);
    }

    /** Whether it has brought what it was asked for again, if there is any. */
    private boolean broughtOverlap(Source brought) {
        return brought.acknowledged() + brought.duplicates() > 0 || walkNewest.isBefore(cursor);
    }

    private void endWalk(boolean credible) {
        if (spoiled) {
            endSpoiledWalk();
            return;
        }
        failures = 0;
        busy = 0;
        walks++;
        // Of what came before a cut, X says nothing: posts need not come in order.
        if (saidComplete && cursor.equals(chunk.from())) become(State.DONE, note);
        else if (walks > 1 && credible && broughtAllKnown()) become(State.DONE, "a second pass returned no new posts");
        else if (walks > 1 && fresh + duplicates == 0 && spoiledWalks > 0)
            become(State.UNREADABLE, "one pass could not be read, and the next one returned no posts");
        else if (walks > 1 && fresh + duplicates == 0) become(State.DONE_UNPROVEN, "two passes returned no posts");
        else if (walks >= WALKS_MAX)
            become(State.GIVEN_UP, "each of " + walks + " passes returned new posts, so there may be more");
        else nextWalk();
    }

    /** Lines of it could not be read. That they can be the next time is likely enough to try, and no more. */
    private void endSpoiledWalk() {
        spoiled = false;
        if (++spoiledWalks >= WALKS_MAX) {
            become(State.UNREADABLE, "each of " + spoiledWalks + " passes had lines that could not be read");
            return;
        }
        nextWalk();
        retry(Ladders.HTTP.apply(spoiledWalks));
    }

    private boolean broughtAllKnown() {
        return walkFresh == 0 && walkDuplicates > 0 && !walkNewest.isBefore(newestBefore);
    }

    private void nextWalk() {
        if (fresh + duplicates == 0) retry(BETWEEN_EMPTY_WALKS.toMillis());
        cursor = chunk.from();
        reached = chunk.from();
        stepOverlap = STEP_OVERLAP;
        if (walkFresh + walkDuplicates > 0) newestBefore = walkNewest;
        walkNewest = Instant.MIN;
        walkFresh = 0;
        walkDuplicates = 0;
    }

    /** It was cut: goes on a little before where it was; a second that it cannot get past is given up. */
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
                endWalk(true);
                return;
            }
        } else if (stuck) {
            // Kept for the rest of the walk: where posts are that dense, every longer overlap would be stuck again.
            stepOverlap = Duration.ofSeconds(stepOverlap.toSeconds() / 2);
        }
        cursor = Span.later(chunk.from(), reached.minus(stepOverlap));
    }

    private void judgeRefusal(Disconnection.Refused refused, Instant now) {
        Answer answer = refused.answer();
        switch (answer.meaning(true)) {
            case SPENT ->
                retry(Ladders.parked(++failures, answer.untilCapReset()).toMillis());
            case BUSY -> retryBusy(refused);
            case RATE -> retry(Math.max(Ladders.RATE.apply(++failures), adviceMillis(answer)));
            case LADDER, RULES -> retry(Math.max(Ladders.HTTP.apply(++failures), adviceMillis(answer)));
            case WITHOUT_BACKFILL, TOKEN, PARK, FINAL -> {
                if (answer.status() == 400 || answer.status() == 422) judgeInvalid(refused, now);
                else become(isLastWord(answer) ? State.REFUSED : State.PARKED, refused.describe());
            }
        }
    }

    private void retryBusy(Disconnection.Refused refused) {
        long ladderMillis = busy == 0 ? Ladders.SLOT_TAKEN.toMillis() : Ladders.RATE.apply(busy);
        if (++busy > BUSY_MAX) become(State.REFUSED, refused.describe());
        else retry(ladderMillis);
    }

    private static long adviceMillis(Answer answer) {
        Duration advice = answer.retryAfter().orElse(Duration.ZERO);
        Duration reset = answer.untilReset().orElse(Duration.ZERO);
        Duration longer = advice.compareTo(reset) > 0 ? advice : reset;
        return longer.compareTo(Answer.ADVICE_MAX) > 0 ? Answer.ADVICE_MAX.toMillis() : longer.toMillis();
    }

    /** Whether X itself refuses jobs to an account that never had one. */
    private static boolean isLastWord(Answer answer) {
        boolean aboutJobs =
                answer.status() == 400 || answer.status() == 403 || answer.status() == 404 || answer.status() == 422;
        return answer.isByX() && aboutJobs && !answer.before().query();
    }

    /** X's window may have moved, or be tighter than it says; only beyond doubt is it the right that is missing. */
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

    /** Ends it because this account had better not run jobs. */
    void refuse(String why) {
        become(State.REFUSED, why);
        if (job != null) job.cancel();
    }

    /** Live has ended right after it was asked. */
    void costLive() {
        costsLive = true;
    }

    boolean hasCostLive() {
        return costsLive;
    }

    boolean wasAskedWithin(Duration length, Instant now) {
        return !now.isAfter(askedAt.plus(length));
    }

    /** Whether it waits for nothing but posts that are to be tried again: X is not asked for it. */
    boolean isAtRest() {
        return source != null && ending != null && !source.isSettled() && source.isHandedOver();
    }

    /** A job that is no longer wanted goes on until what it has brought is acknowledged, and counted. */
    State state() {
        return source == null ? state : State.GOING_ON;
    }

    /** Posts that it has recovered so far. */
    long fresh() {
        return fresh + (source == null ? 0 : source.acknowledged());
    }

    /** Posts that it has fetched so far and that had been received. */
    long duplicates() {
        return duplicates + (source == null ? 0 : source.duplicates());
    }

    /** Seconds that could not be passed. */
    Set<LostSpan> lost() {
        return lost;
    }

    StepRun run(Step step, StepRun.State as) {
        return new StepRun(step, as, walks, fresh(), duplicates(), note);
    }
}
