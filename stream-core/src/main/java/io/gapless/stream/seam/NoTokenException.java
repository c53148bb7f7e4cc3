package io.gapless.stream.seam;

/** No usable token. Its message is shown to people, so it must never hold a token, a key or a secret. */
public final class NoTokenException extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * Says why there is no token.
     *
     * @param message what happened and what to change, without any secret
     */
    public NoTokenException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
