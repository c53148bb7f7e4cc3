package io.gapless.emulator;

/** Lists the ways in which a connection can end, as the server sees them. */
public enum ConnectionEnd {
    /** The client closed it. */
    CLIENT_CLOSED(false),
    /** The client reset it (RST). */
    CLIENT_RESET(true),
    /** The server ended the response properly. */
    SERVER_ENDED(false),
    /** The server closed the socket in the middle of the response. */
    SERVER_TORN(true),
    /** The server reset it (RST). */
    SERVER_RESET(true),
    /** It was half-open until the client closed it. */
    HALF_OPEN(true),
    /** The server ended it because the client read too slowly. */
    SLOW_READER(false),
    /** It was ended through {@code /2/connections}. */
    KILLED(false),
    /** A newer connection took its slot. */
    EVICTED(false),
    /** The emulator was closed. */
    EMULATOR_CLOSED(false);

    /** Whether a zombie may hold the slot after this end. */
    final boolean leavesZombie;

    ConnectionEnd(boolean leavesZombie) {
        this.leavesZombie = leavesZombie;
    }
}
