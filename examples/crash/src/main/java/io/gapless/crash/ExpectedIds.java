package io.gapless.crash;

import java.time.Instant;
import java.util.List;

/** Lists the posts that X should have delivered. */
@FunctionalInterface
interface ExpectedIds {
    /** Returns the ids of the posts that were created in a span of X's time and that match a rule. */
    List<Long> ids(Instant from, Instant until);
}
