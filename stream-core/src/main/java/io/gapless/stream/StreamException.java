package io.gapless.stream;

/** The stream has ended, and a person must change something before it can go on. */
public final class StreamException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What must be changed. */
    public enum Reason {
        /** X refuses the token, also after it was fetched anew (401), or the key and secret to fetch one with. */
        TOKEN_REFUSED,
        /** X knows the app and does not let it use this endpoint (403). */
        NOT_ALLOWED,
        /** X does not accept the request's parameters (400). */
        BAD_REQUEST,
        /** The address leads to no stream (404, or a redirect). */
        WRONG_ADDRESS,
        /** The rules given to the builder are refused by X. */
        RULES_REFUSED,
        /** X's answer is final, of a kind not listed here. */
        REFUSED,
        /** One of the stream's own threads has died, by a fault in this library or for want of memory: see the cause. */
        DEFECT
    }

    /** What went wrong. */
    private final Reason reason;

    StreamException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * What must be changed.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /** For a death that is yet to come: when it does, there may be no memory for an exception. */
    static StreamException defect() {
        return new StreamException(
                Reason.DEFECT,
                "A thread of the stream has died, and the stream with it; the cause says of what. For want of memory: give"
                        + " Java more (-Xmx), or set smaller bounds. Otherwise it is a fault in this library: report it.");
    }

    /** The first cause counts. */
    StreamException causedBy(Throwable cause) {
        if (getCause() == null) initCause(cause);
        return this;
    }

    static StreamException of(Disconnection how) {
        if (how instanceof Disconnection.Refused refused) return of(refused);
        Reason reason = how instanceof Disconnection.NoToken ? Reason.TOKEN_REFUSED : Reason.REFUSED;
        return new StreamException(reason, how.describe());
    }

    private static StreamException of(Disconnection.Refused refused) {
        String said = " (" + refused.describe() + ")";
        switch (refused.status()) {
            case 401:
                return new StreamException(
                        Reason.TOKEN_REFUSED,
                        "X refuses the bearer token" + said
                                + ". Use the app-only bearer token of your app, verbatim, or a new one.");
            case 403:
                return new StreamException(
                        Reason.NOT_ALLOWED,
                        "X does not allow this app to open the stream" + said
                                + ". Attach the app to a project with access to the filtered stream,"
                                + " and use its app-only bearer token.");
            case 400:
                return new StreamException(
                        Reason.BAD_REQUEST,
                        "X does not accept the request" + said + ". Check the fields and expansions asked for.");
            case 404:
                return new StreamException(
                        Reason.WRONG_ADDRESS, "There is no stream at this address" + said + ". Check the base URL.");
            default:
                return refused.status() / 100 == 3
                        ? new StreamException(
                                Reason.WRONG_ADDRESS,
                                "The address redirects" + said
                                        + ", and a token is never sent after a redirect. Give the final base URL.")
                        : new StreamException(Reason.REFUSED, "X refuses the stream for good" + said + ".");
        }
    }
}
