package io.gapless.conformance;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.SeenRequest;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.Post;
import io.gapless.stream.StreamEvent;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Runs one stream against one emulator over the real HTTP client, and records what happens. Owns the recorded posts and
 * events. The stream's threads add to both lists. The monitor of this object guards the lists.
 */
final class Lab implements AutoCloseable {
    private static final String STREAM = "/2/tweets/search/stream";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final XEmulator x;
    private final FilteredStream stream;
    private final List<StreamEvent> events = new ArrayList<>();
    private final List<Post> posts = new ArrayList<>();
    private int awaited;

    /** Creates a lab whose stream has the library's default settings. */
    Lab(XEmulator.Builder server) {
        this(server, settings -> settings);
    }

    Lab(XEmulator.Builder server, UnaryOperator<FilteredStream.Builder> settings) {
        x = server.start();
        FilteredStream.Builder defaults = FilteredStream.builder()
                .baseUrl(x.baseUri())
                .bearerToken(x.bearerToken())
                .proxy(HttpClient.Builder.NO_PROXY)
                .handler(this::keep)
                .onEvent(this::note);
        stream = settings.apply(defaults).build();
    }

    /**
     * Returns an emulator with the limits of pay-per-use and a rule that matches every post. The emulator publishes no
     * post by itself.
     */
    static XEmulator.Builder emulator() {
        return XEmulator.builder().access(AccessLevel.PAY_PER_USE).topics("cat").rule("cats", "cat");
    }

    XEmulator x() {
        return x;
    }

    FilteredStream stream() {
        return stream;
    }

    void start() {
        stream.start();
    }

    private synchronized void keep(Post post) {
        posts.add(post);
        notifyAll();
    }

    private synchronized void note(StreamEvent event) {
        events.add(event);
        notifyAll();
    }

    synchronized List<Post> posts() {
        return List.copyOf(posts);
    }

    synchronized List<StreamEvent> events() {
        return List.copyOf(events);
    }

    <E extends StreamEvent> List<E> events(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /**
     * Waits for the next event of a kind. Events that an earlier call has examined do not count. Returns empty if no
     * such event comes in time.
     */
    <E extends StreamEvent> Optional<E> await(Class<E> kind, Duration atMost) throws InterruptedException {
        return await(kind, event -> true, atMost);
    }

    synchronized <E extends StreamEvent> Optional<E> await(Class<E> kind, Predicate<E> condition, Duration atMost)
            throws InterruptedException {
        long untilNanos = System.nanoTime() + atMost.toNanos();
        while (true) {
            while (awaited < events.size()) {
                StreamEvent event = events.get(awaited++);
                if (kind.isInstance(event) && condition.test(kind.cast(event))) return Optional.of(kind.cast(event));
            }
            if (!waitUntil(untilNanos)) return Optional.empty();
        }
    }

    /** Waits for the next event of a kind, and throws if no such event comes within 30 s. */
    <E extends StreamEvent> E reach(Class<E> kind) throws InterruptedException {
        return reach(kind, event -> true);
    }

    <E extends StreamEvent> E reach(Class<E> kind, Predicate<E> condition) throws InterruptedException {
        return await(kind, condition, PATIENCE)
                .orElseThrow(() -> new IllegalStateException(
                        "No " + kind.getSimpleName() + " within " + PATIENCE.toSeconds() + " s; events: " + events()));
    }

    synchronized boolean awaitPosts(int count, Duration atMost) throws InterruptedException {
        return awaitThat(() -> posts.size() >= count, atMost);
    }

    /** Waits for {@code length}, while the stream continues. */
    synchronized void watch(Duration length) throws InterruptedException {
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

    /** Returns the requests for the stream that the server has received. */
    List<SeenRequest> connects() {
        return x.requests().stream()
                .filter(request -> request.path().equals(STREAM))
                .toList();
    }

    /** Returns the time from each end of a connection, or failed connect, to the next connect. */
    List<Duration> pauses() {
        List<Duration> pauses = new ArrayList<>();
        Optional<Instant> endedAt = Optional.empty();
        for (StreamEvent event : events()) {
            if (event instanceof StreamEvent.Disconnected || event instanceof StreamEvent.ConnectFailed) {
                endedAt = Optional.of(event.at());
            } else if (event instanceof StreamEvent.Connecting) {
                endedAt.map(from -> Duration.between(from, event.at())).ifPresent(pauses::add);
            }
        }
        return List.copyOf(pauses);
    }

    /** Returns whether events of two kinds alternate: for instance, each connection has exactly one end. */
    boolean alternate(Class<? extends StreamEvent> first, Class<? extends StreamEvent> second) {
        boolean expectsFirst = true;
        for (StreamEvent event : events()) {
            if (!first.isInstance(event) && !second.isInstance(event)) continue;
            if (first.isInstance(event) != expectsFirst) return false;
            expectsFirst = !expectsFirst;
        }
        return true;
    }

    @Override
    public void close() {
        stream.close();
        x.close();
    }
}
