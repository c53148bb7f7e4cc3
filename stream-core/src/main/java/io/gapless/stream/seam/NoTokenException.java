package io.gapless.stream.seam;

/** No usable token. Its message is shown to people, so it must never hold a token, a key or a secret. */
public final class NoTokenException extends Exception {
    private static final long serialVersionUID = 1;

    /** When it is worth asking again. */
    public enum Next {
        /** Soon: the source had trouble. */
        SOON,
        /** After minutes: the key and secret are refused, but not for good. */
        PARKED,
        /** Never: a person must change something. */
        NEVER
    }

    private final Next next;

    /**
     * Says why there is no token for now.
     *
     * @param message what happened and what to change, without any secret
     */
    public NoTokenException(String message) {
        this(message, Next.SOON);
    }

    /**
     * Says why there is no token.
     *
     * @param message what happened and what to change, without any secret
     * @param next when it is worth asking again
     */
    public NoTokenException(String message, Next next) {
        super(message);
        this.next = next;
    }

    /**
     * When it is worth asking again.
     *
     * @return when
     */
    public Next next() {
        return next;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
