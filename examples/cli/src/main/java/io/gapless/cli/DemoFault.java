package io.gapless.cli;

import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;

/** The five ways in which the demo breaks its connection. */
enum DemoFault {
    RESET("reset", "the connection is reset", Misbehaviour.RESET),
    ORDERLY_CLOSE("orderly close", "X ends the response", Misbehaviour.EOF),
    STALL("stall", "the socket stays open, and nothing comes any more", Misbehaviour.HALF_OPEN),
    UNAVAILABLE(
            "503",
            "X ends the response and answers the next connect with 503",
            Misbehaviour.EOF,
            Misbehaviour.STATUS_503_HTML),
    TOO_MANY_CONNECTIONS(
            "TooManyConnections",
            "X ends the response and thinks the slot is still taken",
            Misbehaviour.EOF,
            Misbehaviour.TOO_MANY_CONNECTIONS);

    final String title;
    final String says;
    private final Misbehaviour now;
    private final Misbehaviour[] atNextConnect;

    DemoFault(String title, String says, Misbehaviour now, Misbehaviour... atNextConnect) {
        this.title = title;
        this.says = says;
        this.now = now;
        this.atNextConnect = atNextConnect;
    }

    void strike(XEmulator x) {
        for (Misbehaviour next : atNextConnect) x.inject(next);
        x.inject(now);
    }
}
