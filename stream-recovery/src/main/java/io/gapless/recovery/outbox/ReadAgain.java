package io.gapless.recovery.outbox;

import java.time.Duration;
import java.time.Instant;

/**
 * Describes which part of a source a poll reads although an earlier poll has read it, for rows that were committed
 * late.
 *
 * @param first the moment from which the poll reads; earlier versions are forgotten after the poll
 * @param overlap how far before the mark, and before the newest row, the next poll may read
 */
record ReadAgain(Instant first, Duration overlap) {}
