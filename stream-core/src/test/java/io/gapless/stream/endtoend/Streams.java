package io.gapless.stream.endtoend;

import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.event.StreamEvent.Connected;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An emulated X, the streams that a test opens, and the recorder of what they hand over and report. A connection counts
 * as healthy from its first line on. Closes what it has opened, the last first. Used by the test's thread only.
 */
final class Streams implements AutoCloseable {
    private static final Duration HEALTHY_AFTER = Duration.ofMillis(1);

    /** The X that the next streams are from. */
    XEmulator x;

    final Recorder recorder = new Recorder();
    private @Nullable TimeMachine time;
    private final Deque<Runnable> closing = new ArrayDeque<>();

    /** X has one rule, {@code cat}, that every published post with that word matches. */
    Streams() {
        this(XEmulator.builder().keepAlive(Duration.ofMillis(100)).rule("cats", "cat"));
    }

    Streams(XEmulator.Builder builder) {
        x = from(builder);
    }

    /** The next streams are from another X. */
    XEmulator from(XEmulator.Builder builder) {
        x = builder.start();
        closing.push(x::close);
        return x;
    }

    /** The next streams live in this time. Their limits are the longest ones, since X's side is not hastened. */
    Streams in(TimeMachine next) {
        time = next;
        return this;
    }

    FilteredStream start() {
        return start(builder -> builder);
    }

    FilteredStream start(UnaryOperator<FilteredStream.Builder> settings) {
        return start(x.baseUri(), settings);
    }

    FilteredStream start(URI base) {
        return start(base, builder -> builder);
    }

    /** Settings come last, so that a test may replace the token, the handler and the listener, too. */
    FilteredStream start(URI base, UnaryOperator<FilteredStream.Builder> settings) {
        FilteredStream.Builder builder = FilteredStream.builder()
                .baseUrl(base)
                .bearerToken(x.bearerToken())
                .healthyAfter(HEALTHY_AFTER)
                .handler(recorder)
                .onEvent(recorder);
        TimeMachine mine = time;
        if (mine != null)
            builder.seams(s -> s.time(mine))
                    .stallTimeout(Duration.ofMinutes(10))
                    .headerTimeout(Duration.ofMinutes(5));
        FilteredStream stream = settings.apply(builder).build();
        closing.push(stream::close);
        stream.start();
        return stream;
    }

    FilteredStream connect() throws InterruptedException {
        return connect(builder -> builder);
    }

    /** Starts a stream and waits until it is connected. */
    FilteredStream connect(UnaryOperator<FilteredStream.Builder> settings) throws InterruptedException {
        FilteredStream stream = start(settings);
        recorder.await(Connected.class);
        return stream;
    }

    long healthy() throws InterruptedException {
        return healthy(builder -> builder);
    }

    /** Connects a stream, and lets a post prove that it is healthy. Returns the id of that post. */
    long healthy(UnaryOperator<FilteredStream.Builder> settings) throws InterruptedException {
        FilteredStream stream = connect(settings);
        long id = x.publish("a cat before it");
        recorder.awaitPost(id);
        Instant healthyAt = stream.health().since().plus(HEALTHY_AFTER.multipliedBy(2));
        while (Instant.now().isBefore(healthyAt)) Thread.onSpinWait();
        return id;
    }

    @Override
    public void close() {
        closing.forEach(Runnable::run);
    }
}
