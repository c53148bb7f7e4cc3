package io.gapless.crash;

import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.PostShape;
import io.gapless.emulator.XEmulator;
import io.gapless.proof.kit.Recording;
import io.gapless.receiver.Scratch;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.RecoveryEvent;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.PostHandler;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs an emulator, and one stream after the other in this process, on one state directory. Owns the emulator, the
 * streams and the directory. Records the events, and the posts of streams without another handler.
 */
final class RecoveryLab extends Recording implements AutoCloseable {
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

    private final Instant origin = Instant.now();
    private final int speed;
    private final Access access;
    private final XEmulator x;
    private final Scratch scratch = Scratch.make();
    private Duration shifted = Duration.ZERO;
    private @Nullable GaplessStream stream;

    /**
     * Starts the emulator.
     *
     * @param server the emulator's settings, except for time, keep-alives, topics and rate limits
     * @param speed how many times as fast as the machine's clock X's time runs
     * @param access the access that the stream assumes
     */
    RecoveryLab(XEmulator.Builder server, int speed, Access access) throws IOException {
        this.speed = speed;
        this.access = access;
        x = server.time(new FastTime(origin, speed, Duration.ZERO))
                .keepAlive(KEEP_ALIVE.dividedBy(speed))
                .topics("cat")
                .withoutRateLimits()
                .start();
    }

    /** Starts an emulator of plain posts, {@code rate} per second of X's time, for a stream with recovery jobs. */
    static RecoveryLab enterprise(int rate, int speed) throws IOException {
        return new RecoveryLab(
                XEmulator.builder().shapes(PostShape.PLAIN).rule("cats", "cat").rate(rate), speed, Access.ENTERPRISE);
    }

    XEmulator x() {
        return x;
    }

    /** Starts a stream whose posts are recorded. */
    void start() {
        start(this::keep);
    }

    void start(PostHandler handler) {
        FastTime time = new FastTime(origin, speed, shifted);
        GaplessStream next = time.stream(x.baseUri(), x.bearerToken(), scratch.path())
                .access(access)
                .handler(handler)
                .onEvent(this::note)
                .build();
        stream = next;
        next.start();
    }

    /** Returns the gaps that have a verdict, in the order of the verdicts. */
    List<Gap> closed() {
        return events(RecoveryEvent.GapClosed.class).stream()
                .map(RecoveryEvent.GapClosed::gap)
                .toList();
    }

    /** Stops the stream, and moves X's time forward by the length of the outage. */
    void outage(Duration length) {
        stop();
        x.shiftTime(length);
        shifted = shifted.plus(length);
    }

    void stop() {
        if (stream != null) stream.close();
        stream = null;
    }

    /**
     * Waits until the stream is connected, and one second more. By then the state directory contains the first signals.
     */
    void awaitLive() throws InterruptedException {
        if (!x.awaitConnectionsOpen(1, Duration.ofSeconds(30)))
            throw new IllegalStateException("The stream did not connect.");
        TimeUnit.MILLISECONDS.sleep(1_000);
    }

    /**
     * Waits for the verdict of the outage's gap. Gaps shorter than the outage do not count. Returns false if there is
     * no verdict in time.
     */
    boolean awaitClosed(Duration outage, Duration atMost) throws InterruptedException {
        return await(
                        RecoveryEvent.GapClosed.class,
                        closed -> closed.gap().span().length().compareTo(outage) >= 0,
                        atMost)
                .isPresent();
    }

    /** Returns the posts that were created in a span and match a rule, but that no handler received. */
    List<ExpectedPost> missing(Instant from, Instant until) {
        Set<Long> ids = posts().stream().map(Post::id).collect(Collectors.toSet());
        return x.shouldHaveDelivered(from, until).stream()
                .filter(post -> !ids.contains(post.id()))
                .toList();
    }

    /** Returns the verdict of the longest gap. */
    Verdict verdict() {
        return longest().map(Gap::verdict).orElse(Verdict.OPEN);
    }

    /** Returns the longest gap that has a verdict. */
    Optional<Gap> longest() {
        return closed().stream().max(Comparator.comparing(gap -> gap.span().length()));
    }

    @Override
    public void close() throws IOException {
        stop();
        x.close();
        scratch.close();
    }
}
