package io.gapless.crash;

import java.time.Instant;
import java.util.List;

/** What X should have delivered. */
@FunctionalInterface
interface Owed {
    /** The ids of the posts of a span of X's time that match a rule. */
    List<Long> ids(Instant from, Instant until);
}
