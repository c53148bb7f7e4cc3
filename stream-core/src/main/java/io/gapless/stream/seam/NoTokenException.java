package io.gapless.stream.seam;

/** No usable token. Its message is shown to people, so it must never hold a token, a key or a secret. */
public final class NoTokenException extends Exception {
    private static final long serialVersionUID = 1;

    /** Whether asking again is of no use. */
    private final boolean isFinal;

    /**
     * Says why there is no token for now.
     *
     * @param message what happened and what to change, without any secret
     */
    public NoTokenException(String message) {
        this(message, false);
    }

    /**
     * Says why there is no token.
     *
     * @param message what happened and what to change, without any secret
     * @param isFinal whether asking again is in vain
     */
    public NoTokenException(String message, boolean isFinal) {
        super(message);
        this.isFinal = isFinal;
    }

    /**
     * Whether asking again is in vain.
     *
     * @return true if a person must change something
     */
    public boolean isFinal() {
        return isFinal;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
