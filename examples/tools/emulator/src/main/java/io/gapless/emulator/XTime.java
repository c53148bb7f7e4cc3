package io.gapless.emulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Provides X's time: the time of an injected clock, plus a shift that tests change. Owns the shift, saves each change
 * of the shift in the state file, and restores the changes from this file at the start. Thread-safe.
 */
final class XTime {
    private static final long LAST_MILLIS =
            Instant.parse("9999-12-31T00:00:00Z").toEpochMilli();

    private final InstantSource source;
    private final StateFile state;
    private final AtomicLong shiftMillis = new AtomicLong();

    XTime(InstantSource source, StateFile state) {
        this.source = source;
        this.state = state;
        state.shifts().forEach(this::add);
    }

    Instant now() {
        return Instant.ofEpochMilli(millis());
    }

    long millis() {
        return source.millis() + shiftMillis.get();
    }

    void shift(Duration by) {
        add(by);
        state.saveShift(by);
    }

    private void add(Duration by) {
        long millis = Math.addExact(millis(), by.toMillis());
        if (millis < 0 || millis > LAST_MILLIS) {
            throw new IllegalArgumentException("The shift leads out of the years 1970 to 9999. Choose a smaller one.");
        }
        shiftMillis.addAndGet(by.toMillis());
    }
}
