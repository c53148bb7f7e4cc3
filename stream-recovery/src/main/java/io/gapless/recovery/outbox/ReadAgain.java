package io.gapless.recovery.outbox;

import java.time.Duration;
import java.time.Instant;

/**
 * What a poll reads again.
 *
 * @param first from when on it reads: whatever comes from there on is remembered afterwards
 * @param overlap how far before the mark, and before the newest row, the next one may read
 */
record ReadAgain(Instant first, Duration overlap) {}
