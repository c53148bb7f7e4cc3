package io.gapless.emulator;

/**
 * Sets what happens to a connect when all slots are taken. X's documentation describes both behaviours. Observations
 * confirm {@link #REFUSED}.
 */
public enum SecondConnection {
    /** The new connect is answered with 429 {@code TooManyConnections}. */
    REFUSED,
    /** The oldest connection is ended, and the new connection gets its slot. */
    EVICTS_OLDEST
}
