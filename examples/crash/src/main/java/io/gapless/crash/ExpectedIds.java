package io.gapless.crash;

import java.time.Instant;
import java.util.List;

/** Lists the posts that X should have delivered. */
@FunctionalInterface
interface ExpectedIds {
    /** Returns the ids of the matching posts of a span of X's time. */
    List<Long> ids(Instant from, Instant until);
}
