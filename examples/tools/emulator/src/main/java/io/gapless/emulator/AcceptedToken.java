package io.gapless.emulator;

import org.jspecify.annotations.Nullable;

/** Holds the only bearer token that the emulator accepts at present. Thread-safe. */
final class AcceptedToken {
    private volatile String current;
    private int rotations;

    AcceptedToken(String first) {
        this.current = first;
    }

    String current() {
        return current;
    }

    /**
     * Returns whether the {@code Authorization} header holds the token exactly as it was issued. A client that decodes
     * the {@code %2F} in the token sends a different token, which is not accepted.
     */
    boolean accepts(@Nullable String authorization) {
        return ("Bearer " + current).equals(authorization);
    }

    synchronized String rotate() {
        rotations++;
        current = "AAAAAAAAAAAAAAAAAAAAARotated%2F" + rotations + "%3D";
        return current;
    }
}
