package io.gapless.recovery.outbox;

/** An interval, and what its poll has found out. */
record CollectedInterval(SentInterval interval, Findings findings) {}
