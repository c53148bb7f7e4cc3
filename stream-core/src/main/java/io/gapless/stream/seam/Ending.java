package io.gapless.stream.seam;

/**
 * How an exchange ended, as the wire saw it.
 *
 * @param kind what happened
 * @param detail the wire's own words, for people; never holds a token
 */
public record Ending(Kind kind, String detail) {
    /** What can happen to an exchange. */
    public enum Kind {
        /** The server ended the body the way HTTP frames it. */
        COMPLETE,
        /** The connection was closed inside the body. */
        CUT,
        /** The connection was reset. */
        RESET,
        /** We ended it with {@link Transport.Exchange#cancel}. */
        CANCELLED,
        /** The host's name has no address. */
        UNKNOWN_HOST,
        /** Nobody listens there, or nobody could be reached. */
        NOT_CONNECTED,
        /** No TLS session came about. */
        TLS,
        /** The connection ended before a status line came. */
        NO_ANSWER,
        /** A proxy would not let us through. */
        PROXY,
        /** The answer is encoded in a way that was not asked for and that we cannot read. */
        ENCODING,
        /** The token source gave no usable token. */
        NO_TOKEN,
        /** X gives no token for the key and secret, for good. */
        KEYS_REFUSED,
        /** X, or a server before it, gives no token for the key and secret for now. */
        KEYS_PARKED,
        /** Anything else on the way. */
        OTHER
    }

    /**
     * Whether the request may have reached the server without an answer.
     *
     * @return true for the kinds that end an exchange after it was sent and before its status line
     */
    public boolean beforeAnswer() {
        return kind == Kind.NO_ANSWER || kind == Kind.RESET;
    }
}
