package io.gapless.proof.kit;

import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Post;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Records the posts and events of streams. The streams' threads add to both lists. The monitor of this object guards the
 * lists.
 */
public class Recording {
    /** How long to wait for what surely comes. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<StreamEvent> events = new ArrayList<>();
    private final List<Post> posts = new ArrayList<>();
    private int awaited;

    public synchronized void keep(Post post) {
        posts.add(post);
        notifyAll();
    }

    public synchronized void note(StreamEvent event) {
        events.add(event);
        notifyAll();
    }

    public synchronized List<Post> posts() {
        return List.copyOf(posts);
    }

    public synchronized List<StreamEvent> events() {
        return List.copyOf(events);
    }

    public <E extends StreamEvent> List<E> events(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /**
     * Waits for the next event of a kind that meets a condition. Events that an earlier call has examined do not count.
     * Returns empty if no such event comes in time.
     */
    public synchronized <E extends StreamEvent> Optional<E> await(
            Class<E> kind, Predicate<E> condition, Duration atMost) throws InterruptedException {
        long untilNanos = System.nanoTime() + atMost.toNanos();
        while (true) {
            while (awaited < events.size()) {
                StreamEvent event = events.get(awaited++);
                if (kind.isInstance(event) && condition.test(kind.cast(event))) return Optional.of(kind.cast(event));
            }
            if (!waitUntil(untilNanos)) return Optional.empty();
        }
    }

    public <E extends StreamEvent> Optional<E> await(Class<E> kind, Duration atMost) throws InterruptedException {
        return await(kind, event -> true, atMost);
    }

    /** Waits for the next event of a kind, and returns whether such an event comes within 30 s. */
    public boolean sees(Class<? extends StreamEvent> kind) throws InterruptedException {
        return await(kind, PATIENCE).isPresent();
    }

    public <E extends StreamEvent> boolean sees(Class<E> kind, Predicate<E> condition) throws InterruptedException {
        return await(kind, condition, PATIENCE).isPresent();
    }

    /** Waits for the next event of a kind, and throws if no such event comes within 30 s. */
    public <E extends StreamEvent> E reach(Class<E> kind) throws InterruptedException {
        return reach(kind, event -> true);
    }

    public <E extends StreamEvent> E reach(Class<E> kind, Predicate<E> condition) throws InterruptedException {
        return await(kind, condition, PATIENCE)
                .orElseThrow(() -> new IllegalStateException(
                        "No " + kind.getSimpleName() + " within " + PATIENCE.toSeconds() + " s; events: " + events()));
    }

    public synchronized boolean awaitPosts(int count, Duration atMost) throws InterruptedException {
        return awaitThat(() -> posts.size() >= count, atMost);
    }

    /** Waits for {@code length}, while the stream continues. */
    public synchronized void watch(Duration length) throws InterruptedException {
        awaitThat(() -> false, length);
    }

    private boolean awaitThat(BooleanSupplier condition, Duration atMost) throws InterruptedException {
        long untilNanos = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (!waitUntil(untilNanos)) return false;
        }
        return true;
    }

    /**
     * Waits until a post or event is recorded, at most until {@code untilNanos}. Returns false if this time is over
     * already. The caller holds the monitor of this object.
     */
    private boolean waitUntil(long untilNanos) throws InterruptedException {
        long restNanos = untilNanos - System.nanoTime();
        if (restNanos <= 0) return false;
        TimeUnit.NANOSECONDS.timedWait(this, restNanos);
        return true;
    }
}
