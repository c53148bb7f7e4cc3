package io.gapless.emulator;

/** Lists the ways in which a connection can end, as the server sees them. */
public enum ConnectionEnd {
    /** The client closed the connection. */
    CLIENT_CLOSED(false),
    /** The client reset the connection (RST). */
    CLIENT_RESET(true),
    /** The server ended the response properly. */
    SERVER_ENDED(false),
    /** The server closed the socket in the middle of the response. */
    SERVER_TORN(true),
    /** The server reset the connection (RST). */
    SERVER_RESET(true),
    /** The connection was half-open: it stayed open and silent until the client closed it. */
    HALF_OPEN(true),
    /** The server ended the connection because the client read too slowly. */
    SLOW_READER(false),
    /** A request to {@code /2/connections} ended the connection. */
    KILLED(false),
    /** A newer connection took the slot of this connection. */
    EVICTED(false),
    /** The emulator was closed. */
    EMULATOR_CLOSED(false);

    /** Whether the slot may stay taken for a while after this end. See {@link XEmulator.Builder#zombieTime}. */
    final boolean leavesZombie;

    ConnectionEnd(boolean leavesZombie) {
        this.leavesZombie = leavesZombie;
    }
}
