package io.gapless.recovery.outbox;

import java.time.Duration;
import java.time.Instant;

/**
 * Describes what a poll reads again.
 *
 * @param first from when on the poll reads; everything from there on is remembered afterwards
 * @param overlap how far before the mark, and before the newest row, the next poll may read
 */
record ReadAgain(Instant first, Duration overlap) {}
