package io.gapless.stream;

import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.event.StreamException.Reason;

/** Writes the exceptions with which a stream gives up. Has no state. */
final class GivingUp {
    private GivingUp() {}

    /**
     * Creates the exception for the death of one of the stream's threads. The stream creates it at its start, because
     * a thread may die when there is no memory left for an exception.
     */
    static StreamException defect() {
        return new StreamException(
                Reason.DEFECT,
                "One of the stream's threads has died, so the stream has ended. If the cause is a lack of memory, give Java"
                        + " more (-Xmx) or set smaller bounds. Otherwise it is a defect in this library: report it with the cause.");
    }

    /** Sets the cause, unless a cause is set already. */
    static StreamException because(Throwable cause, StreamException failure) {
        if (failure.getCause() == null) failure.initCause(cause);
        return failure;
    }

    /** Returns the exception for an ending after which the stream gives up. */
    static StreamException after(Disconnection how) {
        if (how instanceof Disconnection.Refused refused) return refused(refused);
        Reason reason = how instanceof Disconnection.NoToken ? Reason.TOKEN_REFUSED : Reason.REFUSED;
        return new StreamException(reason, how.describe());
    }

    private static StreamException refused(Disconnection.Refused refused) {
        String said = " (" + refused.describe() + ")";
        switch (refused.status()) {
            case 401:
                return new StreamException(
                        Reason.TOKEN_REFUSED,
                        "X refuses the bearer token" + said
                                + ". Check that it is the app-only bearer token of your app, exactly as X shows it, or create a new one.");
            case 403:
                return new StreamException(
                        Reason.NOT_ALLOWED,
                        "X does not allow this app to open the stream" + said
                                + ". Attach the app to a project with access to the filtered stream,"
                                + " and use its app-only bearer token.");
            case 400:
                return new StreamException(
                        Reason.BAD_REQUEST,
                        "X does not accept the request" + said + ". Check the fields and expansions that you ask for.");
            case 404:
                return new StreamException(
                        Reason.WRONG_ADDRESS, "There is no stream at this address" + said + ". Check the base URL.");
            default:
                return refused.status() / 100 == 3
                        ? new StreamException(
                                Reason.WRONG_ADDRESS,
                                "The address redirects" + said
                                        + ", and a token is never sent on to another address. Set the final address as base URL.")
                        : new StreamException(
                                Reason.REFUSED,
                                "X refuses the stream" + said + ". Change what X names, then start a new stream.");
        }
    }
}
