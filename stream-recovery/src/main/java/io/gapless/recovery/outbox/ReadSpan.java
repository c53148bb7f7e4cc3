package io.gapless.recovery.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * Which interval to collect.
 *
 * @param again what is read again of a source; empty for a stream
 */
record ReadSpan(Instant from, Instant until, Optional<ReadAgain> again) {}
