package io.gapless.cli;

import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import java.time.Duration;

/** The ways in which the demo breaks its connection. */
enum DemoFault {
    RESET("reset", Misbehaviour.RESET),
    ORDERLY_CLOSE("X ends the response", Misbehaviour.EOF),
    STALL("silence on an open socket", Misbehaviour.HALF_OPEN),
    UNAVAILABLE("503 at the reconnect", Misbehaviour.EOF, Misbehaviour.STATUS_503_HTML),
    TOO_MANY_CONNECTIONS("429 at the reconnect", Misbehaviour.EOF, Misbehaviour.TOO_MANY_CONNECTIONS);

    /** A stall is noticed only when the stall timeout is over; the demo does not wait that long. */
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

    /** How much time may pass at once while it is noticed; none where that takes a moment. */
    Duration step() {
        return this == STALL ? STALL_STEP : Duration.ZERO;
    }
}
