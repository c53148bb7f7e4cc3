package io.gapless.recovery.outbox;

/** Holds a collected interval, and the counts of what the poll found out about its rows. */
record CollectedInterval(SentInterval interval, Findings findings) {}
