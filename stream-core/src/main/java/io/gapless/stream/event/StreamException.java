package io.gapless.stream.event;

/** Thrown when the stream has given up, because a person must change something before a new stream can work. */
public final class StreamException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Names what must be changed. */
    public enum Reason {
        /** X refuses the token (401), even after the token source was asked again, or it refuses the key and secret. */
        TOKEN_REFUSED,
        /** X does not allow the app to use this endpoint (403). */
        NOT_ALLOWED,
        /** X does not accept the request's parameters (400). */
        BAD_REQUEST,
        /** The address leads to no stream (404, or a redirect). */
        WRONG_ADDRESS,
        /** X refuses the rules that were given to the builder. */
        RULES_REFUSED,
        /** X refuses the stream for another reason, and the answer is final. */
        REFUSED,
        /** Another host holds the stream now. This one must hand over nothing more; start it again, and it stands by. */
        TAKEN_OVER,
        /** The shared state cannot be used, and a person must change something. The cause says what. */
        STATE_REFUSED,
        /** One of the stream's threads has died, by a defect in this library or a lack of memory. See the cause. */
        DEFECT
    }

    /** What must be changed. */
    private final Reason reason;

    /**
     * Creates the exception.
     *
     * @param reason what must be changed
     * @param message what happened, and what to change
     */
    public StreamException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * Returns what must be changed.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
