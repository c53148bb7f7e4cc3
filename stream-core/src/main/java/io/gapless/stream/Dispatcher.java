package io.gapless.stream;

import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Inbox → seen before? → handler → acknowledged. Owner: the handler's thread; it owns the memory of ids, too.
 *
 * <p>A post whose tries are used up is a <em>suspect</em>, not yet a dead letter: the post may be bad, or the handler may
 * be. The next success shows which: it gives each suspect its tries once more, and those that fail again are
 * dead-lettered at the success after that. If five posts in a row become suspects, the handler is down: from then on one
 * try is made at a time, with growing pauses, of the oldest suspect and of a new post in turn, so that neither a database
 * that is away nor fifty bad posts in a row can stop or lose anything.
 */
final class Dispatcher implements Work {
    private static final int TRIES = 3;
    private static final long RETRY_NANOS = Duration.ofMillis(500).toNanos();
    private static final long RETRY_MAX_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int DOWN_AFTER = 5;
    /** Enough for bad posts in a row; beyond it, only suspects are tried again. */
    private static final int SUSPECTS_MAX = 1_000;

    /** How soon posts are looked at again that wait for the checkpoint alone: it is as long as a commit takes. */
    private static final long CHECKPOINT_NANOS = Duration.ofMillis(5).toNanos();

    private static final int TAKE_MIN = 64;

    /** Posts that are handed over together, and how often they have been. */
    private static final class Batch {
        final List<Post> posts;
        /** Tries that failed, since it got its tries for the last time. */
        int attempts;
        /** Of all tries. */
        int failures;
        /** Whether it gets its tries for the second time, after the handler was seen to work. */
        boolean retried;

        @Nullable
        Throwable cause;

        Batch(List<Post> posts, int failures) {
            this.posts = posts;
            this.failures = failures;
        }

        /** What the handler gets, anew with each try. */
        List<Post> unread() {
            if (posts.size() == 1) return List.of(posts.get(0).unread());
            return posts.stream().map(Post::unread).toList();
        }

        boolean holds(long id) {
            return holds(posts, id);
        }

        static boolean holds(List<Post> posts, long id) {
            for (int i = 0; i < posts.size(); i++) if (posts.get(i).id() == id) return true;
            return false;
        }
    }

    private final Time time;
    private final Inbox inbox;
    private final SeenPosts seen;
    private final BatchPostHandler handler;
    private final int batchMax;
    private final DeadLetters deadLetters;
    private final Checkpoint checkpoint;
    private final EventDesk events;
    private final FetchedPace fetchedPace;

    private final List<Post> taken = new ArrayList<>();
    private final List<Post> done = new ArrayList<>();
    private int nextTaken;
    private long takenAtNanos;
    private final ArrayDeque<Batch> queue = new ArrayDeque<>();
    private final ArrayDeque<Batch> suspects = new ArrayDeque<>();
    private final ArrayDeque<Batch> condemned = new ArrayDeque<>();
    /** Copies of posts that are still being tried: a source is rid of its copy only when the post is done with. */
    private final List<Post> copies = new ArrayList<>();

    private boolean handlerDown;
    private boolean tryNewPost;
    private int pauses;
    private long waitUntilNanos = Long.MIN_VALUE;

    // Written by the handler's thread, read by anyone.
    private final AtomicLong handled = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong deadLettered = new AtomicLong();
    private volatile boolean downSnapshot;
    private volatile int inHand;

    private volatile @Nullable Worker stopping;

    Dispatcher(
            Time time,
            Inbox inbox,
            SeenPosts seen,
            BatchPostHandler handler,
            int batchMax,
            DeadLetters deadLetters,
            Checkpoint checkpoint,
            EventDesk events) {
        this.time = time;
        this.inbox = inbox;
        this.seen = seen;
        this.handler = handler;
        this.batchMax = batchMax;
        this.deadLetters = deadLetters;
        this.checkpoint = checkpoint;
        this.events = events;
        this.fetchedPace = new FetchedPace(time.nanoTime());
    }

    @Override
    public long step(long nowNanos) {
        if (nowNanos < waitUntilNanos) return waitUntilNanos - nowNanos;
        if (!checkpoint.isReady(Origin.LIVE)) return CHECKPOINT_NANOS;
        if (!condemned.isEmpty()) return keepDeadLetter(condemned.peek());
        Batch batch = next();
        if (batch != null) return hand(batch);
        if (!checkpoint.isReady(Origin.RECOVERY_JOB)) return CHECKPOINT_NANOS;
        long restNanos = fetchedPace.untilTurn(time.nanoTime());
        if (restNanos > 0) return restNanos;
        Worker toStop = stopping;
        if (toStop != null) toStop.stop();
        return UNTIL_WOKEN;
    }

    /** What to try now; null if there is nothing. */
    private @Nullable Batch next() {
        boolean fresh = !handlerDown || (tryNewPost && suspects.size() < SUSPECTS_MAX);
        tryNewPost = !tryNewPost;
        Batch batch = fresh ? queue.poll() : null;
        if (batch == null && fresh) batch = newBatch(handlerDown ? 1 : batchMax);
        return batch != null ? batch : suspects.poll();
    }

    private @Nullable Batch newBatch(int max) {
        List<Post> posts = new ArrayList<>(max);
        while (posts.size() < max) {
            // A batch is not filled beyond what was taken at once: its posts would look done with.
            if (nextTaken == taken.size() && (!posts.isEmpty() || !takeMore())) break;
            Post post = taken.get(nextTaken++);
            if (isWanted(post)) posts.add(post);
            else if (Batch.holds(posts, post.id()) || isBeingTried(post.id())) copies.add(post);
            else duplicate(post);
        }
        return posts.isEmpty() ? null : new Batch(List.copyOf(posts), 0);
    }

    private boolean isBeingTried(long id) {
        return Stream.of(queue, suspects, condemned)
                .filter(batches -> !batches.isEmpty())
                .anyMatch(batches -> batches.stream().anyMatch(batch -> batch.holds(id)));
    }

    private boolean isWanted(Post post) {
        boolean first = seen.firstTime(post.id(), post.receivedAt().toEpochMilli());
        return first || post.origin() == Origin.DEAD_LETTER;
    }

    private void dropCopies(Batch of) {
        for (int i = copies.size() - 1; i >= 0; i--) {
            if (of.holds(copies.get(i).id())) duplicate(copies.remove(i));
        }
    }

    private void duplicate(Post post) {
        inHand--;
        done.add(post);
        post.source().addDuplicate(post.id());
        duplicates.incrementAndGet();
    }

    /** Room is given back chunk by chunk, and only that of posts that are done with: suspects keep theirs. */
    private boolean takeMore() {
        inbox.release(done);
        done.clear();
        long nowNanos = time.nanoTime();
        account(taken, nowNanos);
        taken.clear();
        nextTaken = 0;
        boolean fetch = fetchedPace.untilTurn(nowNanos) <= 0 && checkpoint.isReady(Origin.RECOVERY_JOB);
        inbox.take(
                Math.max(TAKE_MIN, batchMax),
                fetch ? Math.max(FetchedPace.TURN, batchMax) : 0,
                taken,
                oldestInHandMillis());
        inHand += taken.size();
        takenAtNanos = nowNanos;
        return !taken.isEmpty();
    }

    private void account(List<Post> handed, long nowNanos) {
        int lives = 0;
        while (lives < handed.size() && handed.get(lives).origin().isLive()) lives++;
        int fetched = handed.size() - lives;
        if (lives > 0) fetchedPace.live(lives, nowNanos);
        if (fetched > 0) fetchedPace.fetched(fetched, nowNanos - takenAtNanos, nowNanos);
    }

    /** Of the live posts that were taken before and are waiting for another try. */
    private long oldestInHandMillis() {
        if (queue.isEmpty() && suspects.isEmpty() && condemned.isEmpty() && copies.isEmpty()) return Inbox.NONE_MILLIS;
        Stream<Post> tried = Stream.of(queue, suspects, condemned)
                .flatMap(ArrayDeque::stream)
                .flatMap(batch -> batch.posts.stream());
        return Stream.concat(tried, copies.stream())
                .filter(post -> post.origin().isLive())
                .mapToLong(Inbox::createdMillis)
                .min()
                .orElse(Inbox.NONE_MILLIS);
    }

    private long hand(Batch batch) {
        try {
            handler.onPosts(batch.unread());
        } catch (Throwable e) {
            // An Error, too: a handler's thread that ends would be silence.
            return failed(batch, e);
        }
        checkpoint.acknowledged(batch.posts);
        done.addAll(batch.posts);
        inHand -= batch.posts.size();
        handled.addAndGet(batch.posts.size());
        for (Post post : batch.posts) post.source().addAcknowledged(post.id());
        dropCopies(batch);
        return succeeded();
    }

    private long succeeded() {
        pauses = 0;
        if (handlerDown) {
            down(false);
            events.tell(new StreamEvent.HandlerUp(time.instant()));
        }
        for (Batch suspect = suspects.poll(); suspect != null; suspect = suspects.poll()) {
            if (suspect.retried) {
                condemned.add(suspect);
            } else {
                suspect.retried = true;
                suspect.attempts = 0;
                queue.add(suspect);
            }
        }
        return 0;
    }

    private long failed(Batch batch, Throwable cause) {
        batch.attempts++;
        batch.failures++;
        batch.cause = cause;
        long postId = batch.posts.get(0).id();
        events.tell(new StreamEvent.HandlerFailed(time.instant(), postId, batch.failures, cause));
        if (batch.attempts < TRIES && !handlerDown) {
            queue.addFirst(batch);
            return pauseAfter(batch);
        }
        if (batch.posts.size() > 1) {
            split(batch);
            return pauseAfter(batch);
        }
        suspects.add(batch);
        if (!handlerDown
                && suspects.stream().filter(suspect -> !suspect.retried).count() >= DOWN_AFTER) {
            down(true);
            // What they failed by may have been the handler's state, the first time and the second.
            for (Batch suspect : suspects) suspect.retried = false;
            for (Batch waiting : queue) waiting.retried = false;
            events.tell(new StreamEvent.HandlerDown(time.instant(), cause));
        }
        return pauseAfter(batch);
    }

    private void down(boolean isDown) {
        handlerDown = isDown;
        downSnapshot = isDown;
    }

    private void split(Batch batch) {
        for (int i = batch.posts.size() - 1; i >= 0; i--) {
            queue.addFirst(new Batch(List.of(batch.posts.get(i)), batch.failures));
        }
    }

    /** The pauses grow with the tries of one post, and with all tries while the handler is down. */
    private long pauseAfter(Batch failed) {
        return handlerDown ? pause(pauses++) : pause(failed.attempts - 1);
    }

    private long pause(int before) {
        long pauseNanos = Math.min(RETRY_MAX_NANOS, RETRY_NANOS << Math.min(before, 20));
        waitUntilNanos = time.nanoTime() + pauseNanos;
        return pauseNanos;
    }

    private long keepDeadLetter(Batch batch) {
        Post post = batch.posts.get(0);
        Throwable cause = Objects.requireNonNull(batch.cause, "a suspect has failed");
        try {
            deadLetters.keep(post.unread(), cause);
        } catch (Throwable e) {
            events.tell(new StreamEvent.DeadLetterFailed(time.instant(), post.id(), e));
            return pause(pauses++);
        }
        checkpoint.deadLettered(post, cause);
        post.source().addAcknowledged(post.id());
        condemned.remove();
        done.add(post);
        inHand--;
        dropCopies(batch);
        pauses = 0;
        deadLettered.incrementAndGet();
        events.tell(new StreamEvent.DeadLettered(time.instant(), post.unread(), cause));
        return 0;
    }

    /** Lets the handler's worker end as soon as nothing is left to do. */
    void stopWhenIdle(Worker worker) {
        stopping = worker;
    }

    /** Posts received and not acknowledged; exact once the worker has stopped. */
    long unhandled() {
        return inbox.size() + inHand;
    }

    long handled() {
        return handled.get();
    }

    long duplicates() {
        return duplicates.get();
    }

    long deadLettered() {
        return deadLettered.get();
    }

    boolean handlerDown() {
        return downSnapshot;
    }
}
