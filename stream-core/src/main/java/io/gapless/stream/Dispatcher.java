package io.gapless.stream;

import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.pace.FetchedPace;
import io.gapless.stream.pace.FirstTries;
import io.gapless.stream.post.BatchPostHandler;
import io.gapless.stream.post.DeadLetters;
import io.gapless.stream.post.Origin;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import io.gapless.stream.spi.Checkpoint;
import io.gapless.stream.spi.ReceivedPost;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes posts from the inbox, drops duplicates, calls the handler, and acknowledges what it has handled. Owner: the
 * handler's thread, which also owns the remembered ids ({@link SeenPosts}).
 *
 * <p>A post that fails waits for its next try; meanwhile other posts are handed over. The cause of a failure may be the
 * post, or a handler that is down. So a failed try of a post counts only if the handler has worked since the last
 * failure of that post that counted: of the first tries of other posts since then, more must have succeeded than
 * failed. A batch that succeeds is one first try. A post is dead-lettered when the allowed number of failures has
 * counted ({@link Retries}). While more than half of the post's share of the inbox is taken, it is dead-lettered
 * sooner: then all successes since its first failure are compared. Otherwise waiting posts could fill the share, and no
 * new post could arrive and succeed.
 *
 * <p>The handler is down when five posts in a row, or half of the last 50, have failed at their first try. From then
 * on, the dispatcher tries one post at a time, with growing pauses: a waiting post and a new post in turn. No failure
 * counts while the handler is down. The handler is up again after five successes without a failure of a new post
 * between them, or after a success when no post waits any more. So a database that fails nine times in ten causes no
 * dead letter, and fifty bad posts in a row do not stop the stream.
 */
final class Dispatcher implements Work {
    private static final int UP_AFTER = 5;

    /** How long posts wait before a checkpoint that was not ready is asked again: about as long as a commit takes. */
    private static final long CHECKPOINT_NANOS = Duration.ofMillis(5).toNanos();

    private static final int TAKE_MIN = 64;

    private final Time time;
    private final Inbox inbox;
    private final SeenPosts seen;
    private final BatchPostHandler handler;
    private final int batchMax;
    private final Retries retries;
    private final DeadLetters deadLetters;
    private final Checkpoint checkpoint;
    private final EventDesk events;
    private final FetchedPace fetchedPace;

    private final List<ReceivedPost> taken = new ArrayList<>();
    private final List<ReceivedPost> done = new ArrayList<>();
    private int nextTaken;
    private long takenAtNanos;
    private final ArrayDeque<Batch> queue = new ArrayDeque<>();
    private final FirstTries firstTries = new FirstTries();
    /** Posts that wait for another try. */
    private final Waiting waiting = new Waiting();
    /** Dead letters that {@link DeadLetters#keep} has not kept yet. Each step keeps at most one. */
    private final ArrayDeque<Batch> unkept = new ArrayDeque<>();
    /**
     * Further copies of posts that are being tried. A copy counts as a duplicate only when the tried post is done.
     * Until then, the source of the copy is not settled.
     */
    private final List<ReceivedPost> copies = new ArrayList<>();

    private boolean handlerDown;
    private boolean tryNewPost;
    private int pauses;
    /** How many tries have succeeded while the handler is down, since a new post last failed. */
    private int successes;

    private long waitUntilNanos = Long.MIN_VALUE;
    private int keepPauses;
    private long keepAtNanos = Long.MIN_VALUE;

    // Written by the handler's thread, read by any thread.
    private final AtomicLong handled = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong deadLettered = new AtomicLong();
    private volatile boolean downSnapshot;
    private volatile int inHand;
    private long droppedUntilMillis = Long.MIN_VALUE;
    private final Handling handling;

    private volatile @Nullable Worker stopping;

    /**
     * Guards {@code givenUp}. Under this lock, a post is counted as handled and recorded in the checkpoint. Once the
     * handler is given up, neither happens.
     */
    private final Object givingUp = new Object();

    private boolean givenUp;

    Dispatcher(
            Time time,
            Inbox inbox,
            SeenPosts seen,
            BatchPostHandler handler,
            int batchMax,
            Retries retries,
            DeadLetters deadLetters,
            Checkpoint checkpoint,
            EventDesk events) {
        this.time = time;
        this.inbox = inbox;
        this.seen = seen;
        this.handler = handler;
        this.batchMax = batchMax;
        this.retries = retries;
        this.deadLetters = deadLetters;
        this.checkpoint = checkpoint;
        this.events = events;
        this.fetchedPace = new FetchedPace(time.nanoTime());
        this.handling = new Handling(time.nanoTime());
    }

    @Override
    public long step(long nowNanos) {
        if (seen.hasToHear()) seen.hear(time.instant().toEpochMilli());
        if (nowNanos < waitUntilNanos) return waitUntilNanos - nowNanos;
        if (!checkpoint.isReady(Origin.LIVE)) return hasNothingToDo() ? UNTIL_WOKEN : dropAccounted();
        if (!unkept.isEmpty() && nowNanos >= keepAtNanos) return keepDeadLetter(unkept.remove());
        Batch batch = handlerDown ? nextInTurn() : next(nowNanos);
        if (batch != null) return hand(batch, nowNanos);
        long keepNanos = unkept.isEmpty() ? UNTIL_WOKEN : keepAtNanos - nowNanos;
        return Math.min(untilNewPosts(), Math.min(waiting.untilDue(nowNanos), keepNanos));
    }

    /** Returns whether a checkpoint that became ready would change nothing. A process may stand by for days. */
    private boolean hasNothingToDo() {
        return unhandled() == 0 && done.isEmpty() && stopping == null;
    }

    /**
     * Drops waiting posts that another process accounts for, while this process stands by. So what waits does not grow
     * without end.
     */
    private long dropAccounted() {
        if (checkpoint.accountedUntilMillis() <= droppedUntilMillis) return CHECKPOINT_NANOS;
        List<ReceivedPost> older = new ArrayList<>();
        long untilMillis = inbox.takeOlder(checkpoint::accountedUntilMillis, older);
        inHand += older.size();
        older.forEach(this::duplicate);
        release();
        if (!older.isEmpty()) return 0;
        droppedUntilMillis = untilMillis;
        return CHECKPOINT_NANOS;
    }

    /**
     * Returns how many nanoseconds to wait for new posts. Stops the worker if {@link #stopWhenIdle} was called and no
     * post waits for a retry or for the dead-letter hook.
     */
    private long untilNewPosts() {
        if (!checkpoint.isReady(Origin.RECOVERY_JOB)) return CHECKPOINT_NANOS;
        long restNanos = fetchedPace.untilTurn(time.nanoTime());
        if (restNanos > 0) return restNanos;
        Worker toStop = stopping;
        if (toStop != null && waiting.isEmpty() && unkept.isEmpty()) toStop.stop();
        return UNTIL_WOKEN;
    }

    /**
     * Returns the next batch to try: one whose retry is due, else a queued one, else a new one from the inbox; null if
     * there is no batch.
     */
    private @Nullable Batch next(long nowNanos) {
        Batch batch = waiting.pollDue(nowNanos);
        if (batch == null) batch = queue.poll();
        return batch != null ? batch : newBatch(batchMax);
    }

    /**
     * Returns the next batch to try while the handler is down: a batch with a new post and a batch with a waiting post
     * in turn; null if there is no post of either kind.
     */
    private @Nullable Batch nextInTurn() {
        tryNewPost = !tryNewPost;
        Batch batch = tryNewPost ? newPost() : waiting.poll();
        if (batch != null) return batch;
        return tryNewPost ? waiting.poll() : newPost();
    }

    private @Nullable Batch newPost() {
        Batch batch = queue.poll();
        return batch != null ? batch : newBatch(1);
    }

    private @Nullable Batch newBatch(int max) {
        List<ReceivedPost> posts = new ArrayList<>(max);
        while (posts.size() < max) {
            // A batch holds posts of one take only. Another take would not find the posts of this unfinished batch
            // among the posts in hand, and would count them as done.
            if (nextTaken == taken.size() && (!posts.isEmpty() || !takeMore())) break;
            ReceivedPost post = taken.get(nextTaken++);
            if (isWanted(post)) posts.add(post);
            else if (Batch.holds(posts, post.id()) || isBeingTried(post.id())) addCopy(post);
            else duplicate(post);
        }
        return posts.isEmpty() ? null : new Batch(List.copyOf(posts), 0);
    }

    private boolean isBeingTried(long id) {
        return isAnyTried() && tried().anyMatch(batch -> batch.holds(id));
    }

    private boolean isAnyTried() {
        return !queue.isEmpty() || !waiting.isEmpty() || !unkept.isEmpty();
    }

    private Stream<Batch> tried() {
        return Stream.concat(queue.stream(), Stream.concat(waiting.stream(), unkept.stream()));
    }

    private boolean isWanted(ReceivedPost post) {
        boolean first = seen.firstTime(post.id(), post.receivedAt().toEpochMilli());
        return first || post.origin() == Origin.DEAD_LETTER && !isBeingTried(post.id());
    }

    private void addCopy(ReceivedPost post) {
        copies.add(post);
        post.source().addWaiting();
    }

    private void dropCopies(Batch of) {
        for (int i = copies.size() - 1; i >= 0; i--) {
            if (!of.holds(copies.get(i).id())) continue;
            ReceivedPost copy = copies.remove(i);
            copy.source().removeWaiting();
            duplicate(copy);
        }
    }

    private void duplicate(ReceivedPost post) {
        inHand--;
        done.add(post);
        post.source().addDuplicate(post.id());
        duplicates.incrementAndGet();
    }

    /**
     * Releases the room of posts that are done, then takes the next posts from the inbox. Returns whether any post was
     * taken. Posts that wait for a retry keep their room.
     */
    private boolean takeMore() {
        release();
        long nowNanos = time.nanoTime();
        account(taken, nowNanos);
        taken.clear();
        nextTaken = 0;
        boolean fetch = fetchedPace.untilTurn(nowNanos) <= 0 && checkpoint.isReady(Origin.RECOVERY_JOB);
        inbox.take(
                Math.max(TAKE_MIN, batchMax),
                fetch ? Math.max(FetchedPace.TURN, batchMax) : 0,
                taken,
                oldestInHand(true),
                oldestInHand(false));
        inHand += taken.size();
        takenAtNanos = nowNanos;
        return !taken.isEmpty();
    }

    private void release() {
        inbox.release(done);
        done.clear();
    }

    private void account(List<ReceivedPost> handed, long nowNanos) {
        int lives = 0;
        while (lives < handed.size() && handed.get(lives).origin().isLive()) lives++;
        int fetched = handed.size() - lives;
        if (lives > 0) fetchedPace.live(lives, nowNanos);
        if (fetched > 0) fetchedPace.fetched(fetched, nowNanos - takenAtNanos, nowNanos);
    }

    /**
     * Returns the times of the posts in hand. Looks at live posts only if {@code live} is true, otherwise at all other posts
     * only. Posts in hand were taken before and are not done: they wait for another try, for the dead-letter hook, or as
     * copies.
     */
    private Oldest oldestInHand(boolean live) {
        if (copies.isEmpty() && !isAnyTried()) return Oldest.NONE;
        return Oldest.of(Stream.concat(tried().flatMap(batch -> batch.posts.stream()), copies.stream())
                .filter(post -> post.origin().isLive() == live)
                .toList());
    }

    private long hand(Batch batch, long beganNanos) {
        try {
            handler.onPosts(batch.unread());
        } catch (Throwable e) {
            // Errors are caught, too. Otherwise an error would end the handler's thread, and posts would stop
            // silently.
            handling.called(beganNanos, time.nanoTime());
            return failed(batch, e);
        }
        handling.called(beganNanos, time.nanoTime());
        if (!acknowledge(batch)) return UNTIL_WOKEN;
        done.addAll(batch.posts);
        for (ReceivedPost post : batch.posts) doneWith(batch, post);
        dropCopies(batch);
        return succeeded(batch);
    }

    private static void doneWith(Batch batch, ReceivedPost post) {
        if (batch.tried) post.source().removeWaiting();
        post.source().addAcknowledged(post.id());
    }

    /**
     * Acknowledges a batch. Returns false if the stream is closed and has given up on the handler, so that the return
     * of the handler no longer counts.
     */
    private boolean acknowledge(Batch batch) {
        synchronized (givingUp) {
            if (givenUp) return false;
            checkpoint.acknowledged(Collections.unmodifiableList(batch.posts));
            inHand -= batch.posts.size();
            handled.addAndGet(batch.posts.size());
            handling.acknowledged(batch.posts, time.instant().toEpochMilli(), time.nanoTime());
            return true;
        }
    }

    private long succeeded(Batch batch) {
        if (!batch.tried) firstTries.succeeded();
        pauses = 0;
        if (handlerDown && (++successes >= UP_AFTER || waiting.isEmpty())) up();
        return 0;
    }

    private long failed(Batch batch, Throwable cause) {
        batch.failures++;
        batch.cause = cause;
        long postId = batch.posts.get(0).id();
        events.tell(new StreamEvent.HandlerFailed(time.instant(), postId, batch.failures, cause));
        if (batch.posts.size() > 1) return split(batch);
        if (!batch.tried) {
            batch.tried = true;
            batch.posts.get(0).source().addWaiting();
            firstTries.failed();
            successes = 0;
            if (!handlerDown && firstTries.blameTheHandler()) down(cause);
        }
        return handlerDown ? waitForHandler(batch) : waitForTry(batch);
    }

    /** Queues each post of a failed batch for a try of its own, so that only a bad post fails again. */
    private long split(Batch batch) {
        for (int i = batch.posts.size() - 1; i >= 0; i--) {
            queue.addFirst(new Batch(List.of(batch.posts.get(i)), batch.failures));
        }
        return 0;
    }

    private long waitForHandler(Batch batch) {
        waiting.add(batch, time.nanoTime());
        long pauseNanos = retries.pauseNanos(++pauses);
        waitUntilNanos = time.nanoTime() + pauseNanos;
        return pauseNanos;
    }

    private long waitForTry(Batch batch) {
        batch.count(firstTries.ahead());
        if (batch.isBad(retries, inbox.isCrowded(batch.posts.get(0)))) unkept.add(batch);
        else waiting.add(batch, time.nanoTime() + batch.pauseNanos(retries));
        return 0;
    }

    private void down(Throwable cause) {
        handlerDown = true;
        downSnapshot = true;
        events.tell(new StreamEvent.HandlerDown(time.instant(), cause));
    }

    private void up() {
        handlerDown = false;
        downSnapshot = false;
        firstTries.forget();
        waiting.startAgain(time.nanoTime());
        events.tell(new StreamEvent.HandlerUp(time.instant()));
    }

    private long keepDeadLetter(Batch batch) {
        ReceivedPost post = batch.posts.get(0);
        Throwable cause = Objects.requireNonNull(batch.cause, "a dead letter has failed");
        try {
            deadLetters.keep(post.unread(), cause);
        } catch (Throwable e) {
            events.tell(new StreamEvent.DeadLetterFailed(time.instant(), post.id(), e));
            // This dead letter goes behind the others, because the hook may refuse only this one.
            unkept.add(batch);
            keepAtNanos = time.nanoTime() + retries.pauseNanos(++keepPauses);
            return 0;
        }
        keepPauses = 0;
        synchronized (givingUp) {
            if (givenUp) return UNTIL_WOKEN;
            checkpoint.deadLettered(post, cause);
            inHand--;
            deadLettered.incrementAndGet();
        }
        doneWith(batch, post);
        done.add(post);
        dropCopies(batch);
        // Releases the room at once. Otherwise the inbox could still be crowded, and the next post that fails would
        // be dead-lettered sooner.
        release();
        events.tell(new StreamEvent.DeadLettered(time.instant(), post.unread(), cause));
        return 0;
    }

    /**
     * Makes the handler's worker stop as soon as no post is left to hand over, and no post waits for a retry or for the
     * dead-letter hook.
     */
    void stopWhenIdle(Worker worker) {
        stopping = worker;
    }

    /**
     * Ends acknowledgement for good: from now on, a return of the handler acknowledges nothing. Returns how many posts
     * have been received and not acknowledged.
     */
    long giveUp() {
        synchronized (givingUp) {
            givenUp = true;
            return unhandled();
        }
    }

    /**
     * Returns how many posts have been received and not acknowledged. The number is exact once the handler's worker has
     * stopped.
     */
    long unhandled() {
        return inbox.size() + inHand;
    }

    long handled() {
        return handled.get();
    }

    long duplicates() {
        return duplicates.get();
    }

    Handling.Reading handling(long nowNanos) {
        return handling.read(nowNanos);
    }

    long deadLettered() {
        return deadLettered.get();
    }

    boolean handlerDown() {
        return downSnapshot;
    }
}
