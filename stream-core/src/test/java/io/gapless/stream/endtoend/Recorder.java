package io.gapless.stream.endtoend;

import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamListener;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.PostHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Handler and listener that keep all they are given, and wait for what a test expects. Thread-safe. */
final class Recorder implements PostHandler, StreamListener {
    static final Duration SOON = Duration.ofSeconds(20);

    private final List<Post> posts = new ArrayList<>();
    private final List<StreamEvent> events = new ArrayList<>();
    /** Events before it have been waited for. */
    private int nextEvent;

    @Override
    public synchronized void onPost(Post post) {
        posts.add(post);
        notifyAll();
    }

    @Override
    public synchronized void onEvent(StreamEvent event) {
        events.add(event);
        notifyAll();
    }

    /** The next event of a kind after the one that was waited for last. */
    <E extends StreamEvent> E await(Class<E> kind) throws InterruptedException {
        return await(kind, SOON);
    }

    <E extends StreamEvent> E await(Class<E> kind, Duration atMost) throws InterruptedException {
        return await(kind, event -> true, atMost);
    }

    <E extends StreamEvent> E await(Class<E> kind, Predicate<E> condition) throws InterruptedException {
        return await(kind, condition, SOON);
    }

    private synchronized <E extends StreamEvent> E await(Class<E> kind, Predicate<E> condition, Duration atMost)
            throws InterruptedException {
        long untilNanos = System.nanoTime() + atMost.toNanos();
        while (true) {
            while (nextEvent < events.size()) {
                StreamEvent event = events.get(nextEvent++);
                if (kind.isInstance(event) && condition.test(kind.cast(event))) return kind.cast(event);
            }
            awaitChange(untilNanos, kind.getSimpleName());
        }
    }

    synchronized Post awaitPost(long id) throws InterruptedException {
        return awaitPost(post -> post.id() == id, "post " + id);
    }

    synchronized Post awaitPost(Predicate<Post> condition, String what) throws InterruptedException {
        long untilNanos = System.nanoTime() + SOON.toNanos();
        while (true) {
            for (Post post : posts) {
                if (condition.test(post)) return post;
            }
            awaitChange(untilNanos, what);
        }
    }

    synchronized void awaitPosts(int count) throws InterruptedException {
        long untilNanos = System.nanoTime() + SOON.toNanos();
        while (posts.size() < count) awaitChange(untilNanos, count + " posts");
    }

    private void awaitChange(long untilNanos, String what) throws InterruptedException {
        long restMillis = (untilNanos - System.nanoTime()) / 1_000_000;
        if (restMillis <= 0) throw new AssertionError("No " + what + " in time, but " + events + " and " + ids());
        wait(restMillis);
    }

    synchronized List<StreamEvent> events() {
        return List.copyOf(events);
    }

    synchronized <E extends StreamEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    synchronized List<Long> ids() {
        return posts.stream().map(Post::id).toList();
    }
}
