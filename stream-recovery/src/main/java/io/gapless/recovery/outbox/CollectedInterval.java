package io.gapless.recovery.outbox;

/** Holds a collected interval, and what its poll found out. */
record CollectedInterval(SentInterval interval, Findings findings) {}
