package io.gapless.recovery;

import io.gapless.stream.Origin;
import io.gapless.stream.Post;
import io.gapless.stream.Recovery;
import io.gapless.stream.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one slice by search and hands its posts to the inbox. Owner: the stream's thread; the search's answer comes by
 * its mailbox.
 */
final class SearchFetch {
    private static final long SETTLES_WITHIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Recovery.Host host;
    private final SearchSlice slice;
    private final Source source = new Source(Origin.SEARCH);
    private @Nullable SearchOutcome outcome;
    private boolean handedOver;
    private long handedOverNanos;

    SearchFetch(Recovery.Host host, SearchSlice slice) {
        this.host = host;
        this.slice = slice;
    }

    void begin() {
        slice.run().thenAccept(found -> host.execute(() -> handOver(found)));
    }

    private void handOver(SearchOutcome found) {
        outcome = found;
        Instant now = host.time().instant();
        List<Post> posts = new ArrayList<>(found.lines().size());
        for (byte[] line : found.lines()) Post.of(line, source, now).ifPresent(posts::add);
        // The slice is bounded; the next one is not begun before all of this one is settled.
        if (!posts.isEmpty()) host.offer(posts, () -> {});
        handedOver = true;
        handedOverNanos = host.time().nanoTime();
    }

    /** Whether what was found has only just been handed over; a handler that takes longer need not be looked at so often. */
    boolean isSettling() {
        return handedOver && host.time().nanoTime() - handedOverNanos < SETTLES_WITHIN_NANOS;
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
        slice.cancel();
    }
}
