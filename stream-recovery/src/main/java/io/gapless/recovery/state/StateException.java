package io.gapless.recovery.state;

import org.jspecify.annotations.Nullable;

/** Thrown when the state cannot be read, written or owned. The message says why and what to change. */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What is wrong. */
    public enum Reason {
        /** Another process owns the state. */
        IN_USE,
        /** There is no state in the directory. */
        ABSENT,
        /** The state was written by a newer version of Gapless. It has not been changed. */
        NEWER,
        /** The state cannot be understood. It has not been changed. */
        DAMAGED,
        /**
         * The state cannot be written or reached for now, for example because the disk is full or a right is missing.
         */
        UNWRITABLE
    }

    /** What went wrong. */
    private final Reason reason;

    /**
     * Creates the exception.
     *
     * @param reason what is wrong
     * @param message why, and what to change
     * @param cause the cause, or null
     */
    public StateException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * Returns what is wrong.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
