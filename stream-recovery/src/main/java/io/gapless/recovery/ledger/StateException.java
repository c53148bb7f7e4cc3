package io.gapless.recovery.ledger;

import org.jspecify.annotations.Nullable;

/** Thrown when the state cannot be read, written or owned. The message says why and what to change. */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why the state cannot be used. */
    public enum Reason {
        /** Another process owns the state. */
        IN_USE,
        /** There is no state in the directory. */
        ABSENT,
        /** The state was written by a newer version of Gapless. The state has not been changed. */
        NEWER,
        /** The state is damaged. The state has not been changed. */
        DAMAGED,
        /** The state belongs to another stream of X. The state has not been changed. */
        OTHER_STREAM,
        /** The outbox is bound to another endpoint or another source. The outbox has not been changed. */
        OTHER_SENDER,
        /**
         * The state cannot be written or reached for now, for example because the disk is full or a permission is
         * missing.
         */
        UNWRITABLE,
        /** The shared database refuses this process, and a person must change something. */
        REFUSED,
        /** Another process holds the lease of the shared state now. This process must not hand over anything more. */
        TAKEN_OVER
    }

    /** Why the state cannot be used. */
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
