package io.gapless.recovery.state;

import org.jspecify.annotations.Nullable;

/** The state cannot be read, written or owned; the message says why and what to change. */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What is wrong. */
    public enum Reason {
        /** Another process owns it. */
        IN_USE,
        /** There is none at this place. */
        ABSENT,
        /** It was written by a newer version. */
        NEWER,
        /** It cannot be understood; it was left as it is. */
        DAMAGED,
        /** It cannot be written, or not even be reached, for now: a full disk, a missing right. */
        UNWRITABLE
    }

    /** What went wrong. */
    private final Reason reason;

    /**
     * Says what is wrong.
     *
     * @param reason what
     * @param message why, and what to change
     * @param cause the failure below, or null
     */
    public StateException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * What is wrong.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
