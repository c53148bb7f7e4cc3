package io.gapless.recovery;

import io.gapless.stream.Origin;
import io.gapless.stream.Post;
import io.gapless.stream.PostLine;
import io.gapless.stream.Recovery;
import io.gapless.stream.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one slice by search and hands its posts to the inbox. Owner: the stream's thread; the search's answer comes by
 * its mailbox.
 */
final class SearchFetch {
    private static final long SETTLES_WITHIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Recovery.Host host;
    private final Function<AcknowledgedIds, SearchSlice> sliceOf;
    private final Source source = new Source(Origin.SEARCH);
    private @Nullable SearchSlice slice;
    private @Nullable SearchOutcome outcome;
    private boolean handedOver;
    private long handedOverNanos;

    /**
     * A fetch that has not begun.
     *
     * @param host the stream
     * @param sliceOf the search, once it is known which of its posts had been received before
     */
    SearchFetch(Recovery.Host host, Function<AcknowledgedIds, SearchSlice> sliceOf) {
        this.host = host;
        this.sliceOf = sliceOf;
    }

    void begin(AcknowledgedIds known) {
        slice = sliceOf.apply(known);
        slice.run()
                .whenComplete((found, failed) -> host.execute(() -> handOver(failed == null ? found : failed(failed))));
    }

    /** Our own fault, or an answer that nobody has thought of: search is parked, and tried again. */
    private static SearchOutcome failed(Throwable defect) {
        return SearchOutcome.without(SearchEnd.PARKED, "the search failed: " + Promises.cause(defect));
    }

    private void handOver(SearchOutcome found) {
        outcome = found;
        Instant now = host.time().instant();
        List<Post> posts = new ArrayList<>(found.lines().size());
        for (byte[] line : found.lines()) PostLine.read(line, source, now).ifPresent(posts::add);
        // The slice is bounded; the next one is not begun before the handler has had all of this one.
        if (!posts.isEmpty()) host.offer(posts);
        handedOver = true;
        handedOverNanos = host.time().nanoTime();
    }

    /** Whether what was found has only just been handed over; a handler that takes longer need not be looked at so often. */
    boolean isSettling() {
        return handedOver && host.time().nanoTime() - handedOverNanos < SETTLES_WITHIN_NANOS;
    }

    /** Whether the handler has had all that was found; at some of it, it may have failed. */
    boolean isHandedOver() {
        return handedOver && source.isHandedOver();
    }

    /** The outcome, once all that was found is acknowledged. */
    Optional<SearchOutcome> settled() {
        return handedOver && source.isSettled() ? Optional.ofNullable(outcome) : Optional.empty();
    }

    long fresh() {
        return source.acknowledged();
    }

    long duplicates() {
        return source.duplicates();
    }

    void cancel() {
        if (slice != null) slice.cancel();
    }
}
