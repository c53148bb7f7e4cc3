package io.gapless.connect;

import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.ledger.StateException;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.post.Post;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@code GaplessStream} for one part of the stream, and starts it again if one of its threads has died. Kafka Connect
 * does not start a failed task again, so what may pass by itself is repeated here. Owns the running stream. Used by the
 * task's thread, but for {@link #health}.
 */
final class TaskStream {
    private static final Duration BEFORE_RESTART = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(TaskStream.class);

    private final ConnectorSettings settings;
    private final Shares shares;
    private final PartState of;
    private final Consumer<Offer> handover;
    private final LongSupplier nanoTime;
    private final Restarts restarts = new Restarts();

    private volatile GaplessStream stream;
    private long restartNanos;
    private boolean isDown;

    /**
     * Builds the stream and starts it. Throws {@link ConnectException} if the offsets are of another stream.
     *
     * @param handover takes posts and changes to Kafka
     * @param nanoTime the clock of the pauses between restarts
     */
    TaskStream(
            ConnectorSettings settings, Shares shares, PartState of, Consumer<Offer> handover, LongSupplier nanoTime) {
        this.settings = settings;
        this.shares = shares;
        this.of = of;
        this.handover = handover;
        this.nanoTime = nanoTime;
        this.stream = started();
    }

    private GaplessStream started() {
        OffsetStateStore store = new OffsetStateStore(of, handover);
        GaplessStream.Builder builder = GaplessStream.builder()
                .baseUrl(settings.baseUrl())
                .endpoint(of.part().endpoint())
                .access(settings.access())
                .fields(settings.fields())
                .connections(settings.connections())
                .connectBudget(
                        shares.connects(settings.connectBudget(), of.part().number()))
                .jobs(() -> shares.jobs(of.part().number(), Instant.now()))
                .overlap(settings.overlap())
                .maxRecoveredPosts(settings.recoveredPostsMax())
                .archiveSearch(settings.archiveSearch())
                .inboxMaxBytes(settings.inboxMaxBytes())
                .lineMaxBytes(settings.lineMaxBytes())
                .store(store)
                .batchHandler(settings.batchPostsMax(), posts -> {
                    store.awaitBegun();
                    handOver(posts);
                });
        if (settings.tokenFile().isPresent())
            builder.bearerToken(new TokenFile(settings.tokenFile().get()));
        else builder.bearerToken(settings.token().orElse(""));
        settings.rules().ifPresent(builder::rules);
        settings.since().filter(since -> of.state().isNew()).ifPresent(builder::since);
        try {
            GaplessStream built = builder.build();
            built.start();
            return built;
        } catch (StateException | IllegalArgumentException e) {
            throw new ConnectException(of.part().name() + " cannot start: " + e.getMessage(), e);
        }
    }

    /** Waits until Kafka has the posts, or until the task stops. */
    private void handOver(List<Post> posts) throws InterruptedException {
        Offer offer = Offer.ofPosts(of, posts);
        handover.accept(offer);
        try {
            offer.done().get();
        } catch (ExecutionException | CancellationException e) {
            // The task stops, and this stream is closed right now. It may count the posts as handled, because nothing
            // of what it knows is stored any more: the next task reads the offsets.
        }
    }

    PartState of() {
        return of;
    }

    Health health() {
        return stream.health();
    }

    /**
     * Throws {@link ConnectException} if the stream has given up, because a person must change something. A stream whose
     * thread has died is started again after a pause, three times in any hour at most.
     */
    void check() throws InterruptedException {
        if (isDown) {
            if (nanoTime.getAsLong() - restartNanos < 0) return;
            isDown = false;
            stream = started();
        }
        try {
            if (!stream.awaitClose(Duration.ZERO)) return;
        } catch (StreamException e) {
            long nowNanos = nanoTime.getAsLong();
            if (e.reason() != StreamException.Reason.DEFECT || !restarts.allow(nowNanos))
                throw new ConnectException(of.part().name() + " has given up: " + e.getMessage(), e);
            isDown = true;
            restartNanos = nowNanos + BEFORE_RESTART.toNanos();
            LOG.error(
                    "{} has ended, and starts again in {} s (restart {} of {} in any hour): {}",
                    of.part().name(),
                    BEFORE_RESTART.toSeconds(),
                    restarts.count(),
                    Restarts.MOST,
                    e.getMessage(),
                    e);
            return;
        }
        throw new ConnectException(of.part().name() + " was closed while its task runs. This is a defect of Gapless.");
    }

    /** Returns whether the stream has died, and waits for its next start. */
    boolean isDown() {
        return isDown;
    }

    /** Closes the connection to X at once, and the stream within a second if nothing holds it up. */
    void close() {
        stream.close();
    }
}
