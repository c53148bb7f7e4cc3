package io.gapless.stream.seam;

/**
 * Thrown when there is no usable token. Its message is shown to people, so it must not contain a token, a key or a
 * secret.
 */
public final class NoTokenException extends Exception {
    private static final long serialVersionUID = 1;

    /** Names when to ask for a token again. */
    public enum Next {
        /** Soon, because the token source failed. */
        SOON,
        /** After minutes, because the key and secret are refused, but not finally. */
        PARKED,
        /** Never, because a person must change something. */
        NEVER
    }

    /** When to ask the source again. */
    private final Next next;

    /**
     * Creates an exception after which the token source is soon asked again.
     *
     * @param message what happened and what to change, without any secret
     */
    public NoTokenException(String message) {
        this(message, Next.SOON);
    }

    /**
     * Creates an exception.
     *
     * @param message what happened and what to change, without any secret
     * @param next when to ask for a token again
     */
    public NoTokenException(String message, Next next) {
        super(message);
        this.next = next;
    }

    /**
     * Returns when to ask for a token again.
     *
     * @return soon, after minutes, or never
     */
    public Next next() {
        return next;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
