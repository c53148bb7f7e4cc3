package io.gapless.emulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** The wall clock of the emulated X: an injected source plus what tests have shifted it by. Thread-safe. */
final class XTime {
    private final InstantSource source;
    private final AtomicLong shiftMillis = new AtomicLong();

    XTime(InstantSource source) {
        this.source = source;
    }

    Instant now() {
        return Instant.ofEpochMilli(millis());
    }

    long millis() {
        return source.millis() + shiftMillis.get();
    }

    void shift(Duration by) {
        shiftMillis.addAndGet(by.toMillis());
    }
}
