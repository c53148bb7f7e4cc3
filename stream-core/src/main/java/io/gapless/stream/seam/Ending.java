package io.gapless.stream.seam;

/**
 * Holds how an exchange ended, as far as the network shows it.
 * @param kind the kind of ending
 * @param detail what happened and what to check, for people; never contains a token
 */
public record Ending(Kind kind, String detail) {
    /** Classifies endings. */
    public enum Kind {
        /** The server ended the body in the way that HTTP requires. */
        COMPLETE,
        /** The connection was closed before the end of the body. */
        CUT,
        /** The connection was reset. */
        RESET,
        /** This program ended the exchange with {@link Transport.Exchange#cancel}. */
        CANCELLED,
        /** The host's name has no address. */
        UNKNOWN_HOST,
        /** The TCP connection could not be opened. */
        NOT_CONNECTED,
        /** The TLS connection could not be opened. */
        TLS,
        /** The connection ended before the status line. */
        NO_ANSWER,
        /** A proxy refused the request. */
        PROXY,
        /** The answer has a content encoding that was not requested and cannot be read. */
        ENCODING,
        /** The token source returned no usable token. */
        NO_TOKEN,
        /** X finally refused to issue a token for the key and secret. */
        KEYS_REFUSED,
        /** X, or a server in front of it, refuses for now to issue a token for the key and secret. */
        KEYS_PARKED,
        /** Any other failure of the network. */
        OTHER
    }

    /**
     * Returns whether the request may have reached the server although there is no answer.
     *
     * @return true for the kinds that can end an exchange between the request and the status line
     */
    public boolean beforeAnswer() {
        return kind == Kind.NO_ANSWER || kind == Kind.RESET;
    }
}
