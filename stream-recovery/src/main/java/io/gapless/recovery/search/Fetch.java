package io.gapless.recovery.search;

import io.gapless.recovery.state.AcknowledgedIds;
import io.gapless.stream.post.Origin;
import io.gapless.stream.seam.Promises;
import io.gapless.stream.spi.PostLine;
import io.gapless.stream.spi.ReceivedPost;
import io.gapless.stream.spi.Recovery;
import io.gapless.stream.spi.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one slice by search and adds its posts to the inbox. Owner: the stream's thread, where the result of the
 * search arrives as a task.
 */
public final class Fetch {
    private static final long SETTLES_WITHIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Recovery.Host host;
    private final Function<AcknowledgedIds, Slice> sliceOf;
    private final Source source = new Source(Origin.SEARCH);
    private @Nullable Slice slice;
    private @Nullable FetchOutcome outcome;
    private boolean handedOver;
    private long handedOverNanos;

    /**
     * Creates a fetch that has not begun.
     *
     * @param host the stream
     * @param sliceOf creates the search of the slice; receives the ids of posts that had been received before
     */
    public Fetch(Recovery.Host host, Function<AcknowledgedIds, Slice> sliceOf) {
        this.host = host;
        this.sliceOf = sliceOf;
    }

    public void begin(AcknowledgedIds known) {
        slice = sliceOf.apply(known);
        slice.run()
                .whenComplete((found, failed) -> host.execute(() -> handOver(failed == null ? found : failed(failed))));
    }

    /**
     * Returns the outcome for a search that threw an exception, by a defect or at an answer that nobody foresaw. By
     * this outcome search is parked, and the slice is retried later.
     */
    private static FetchOutcome failed(Throwable defect) {
        return FetchOutcome.without(End.PARKED, "the search failed: " + Promises.cause(defect));
    }

    private void handOver(FetchOutcome found) {
        outcome = found;
        Instant now = host.time().instant();
        List<ReceivedPost> posts = new ArrayList<>(found.lines().size());
        for (byte[] line : found.lines()) PostLine.read(line, source, now).ifPresent(posts::add);
        // All posts of the slice fit into memory: a slice is bounded, and the next slice does not begin before the
        // handler has received all posts of this one.
        if (!posts.isEmpty()) host.offer(posts);
        handedOver = true;
        handedOverNanos = host.time().nanoTime();
    }

    /**
     * Returns whether the posts were added to the inbox within the last second. During that second the fetch is checked
     * often, because the handler usually takes milliseconds.
     */
    public boolean isSettling() {
        return handedOver && host.time().nanoTime() - handedOverNanos < SETTLES_WITHIN_NANOS;
    }

    /**
     * Returns whether the handler has received all posts of the slice. The handler may have failed at some of these
     * posts.
     */
    public boolean isHandedOver() {
        return handedOver && source.isHandedOver();
    }

    /** Returns the outcome, once all posts of the slice are acknowledged; empty before. */
    public Optional<FetchOutcome> settled() {
        return handedOver && source.isSettled() ? Optional.ofNullable(outcome) : Optional.empty();
    }

    public long fresh() {
        return source.acknowledged();
    }

    public long duplicates() {
        return source.duplicates();
    }

    public void cancel() {
        if (slice != null) slice.cancel();
    }
}
