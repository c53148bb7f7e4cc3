package io.gapless.recovery;

import io.gapless.stream.post.Endpoint;
import io.gapless.stream.post.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Holds the settings of the builder, after the builder has checked them. Immutable.
 *
 * @param jobs how many recovery jobs this stream may run now, when other streams of the account run some, too
 */
record RecoverySettings(
        Access access,
        boolean archiveSearch,
        Endpoint endpoint,
        Duration overlap,
        Optional<Instant> since,
        long postsMax,
        Fields fields,
        boolean endsStuckConnection,
        IntSupplier jobs) {
    static final Duration OVERLAP = Duration.ofSeconds(60);
    static final Duration OVERLAP_MIN = Duration.ofSeconds(30);
    static final Duration OVERLAP_MAX = Duration.ofMinutes(4);

    /** Returns the overlap. Throws {@link IllegalArgumentException} if it is out of range. */
    static Duration checkedOverlap(Duration overlap) {
        if (overlap.compareTo(OVERLAP_MIN) < 0 || overlap.compareTo(OVERLAP_MAX) > 0) {
            throw new IllegalArgumentException(
                    "overlap is " + overlap.toSeconds() + " s. It must be between 30 s and 4 min.");
        }
        return overlap;
    }
}
