package io.gapless.recovery.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * Describes an interval to collect.
 *
 * @param again what the poll reads again from a source; empty for pushed records
 */
record ReadSpan(Instant from, Instant until, Optional<ReadAgain> again) {}
