package io.gapless.cli;

import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import java.time.Duration;

/** Breaks the demo's connection in different ways. */
enum DemoFault {
    RESET("reset", Misbehaviour.RESET),
    ORDERLY_CLOSE("X ends the response", Misbehaviour.EOF),
    STALL("silence on an open socket", Misbehaviour.HALF_OPEN),
    UNAVAILABLE("503 at the reconnect", Misbehaviour.EOF, Misbehaviour.STATUS_503_HTML),
    TOO_MANY_CONNECTIONS("429 at the reconnect", Misbehaviour.EOF, Misbehaviour.TOO_MANY_CONNECTIONS);

    /**
     * How far the clock moves in one step during a stall. The demo moves the clock because it does not wait for the
     * stall timeout in real time.
     */
    static final Duration STALL_STEP = Duration.ofMillis(500);

    final String title;
    private final Misbehaviour now;
    private final Misbehaviour[] atNextConnect;

    DemoFault(String title, Misbehaviour now, Misbehaviour... atNextConnect) {
        this.title = title;
        this.now = now;
        this.atNextConnect = atNextConnect;
    }

    void strike(XEmulator x) {
        for (Misbehaviour next : atNextConnect) x.inject(next);
        x.inject(now);
    }

    /**
     * Returns how far the clock moves in one step until the library detects the fault; zero if the library detects the
     * fault without a move of the clock.
     */
    Duration step() {
        return this == STALL ? STALL_STEP : Duration.ZERO;
    }
}
