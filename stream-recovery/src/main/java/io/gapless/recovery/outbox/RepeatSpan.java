package io.gapless.recovery.outbox;

import java.time.Instant;

/** Describes a span that is to be collected and sent again. */
record RepeatSpan(long id, Instant from, Instant until) {}
