package io.gapless.emulator;

/** What becomes of a connect when every slot is taken; X's pages say both, observations say the first. */
public enum SecondConnection {
    /** The new connect is answered with 429 TooManyConnections. */
    REFUSED,
    /** The oldest connection is ended and the new one gets its slot. */
    EVICTS_OLDEST
}
