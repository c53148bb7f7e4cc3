package io.gapless.stream.api;

import java.util.function.Supplier;

/**
 * Supplies the app-only bearer token. The stream calls the source before each request, and once more after X has
 * refused a token (401). So the source can rotate tokens while the stream runs.
 *
 * <p>Each call runs on a thread of its own, which may block. A request that needs a token during a call waits for that
 * call, but no longer than for an answer of X. A call that has not returned after a minute is interrupted, and another
 * call is made beside it. At most four calls run at a time. Closing the stream interrupts a running call.
 */
@FunctionalInterface
public interface TokenSource {
    /**
     * Returns the token to send. The token is sent verbatim: a {@code %2F} in the token stays as it is.
     *
     * @param refused whether X has just refused the last token, so that a cached token must be replaced
     * @return the token, without the word Bearer
     * @throws Exception if there is no token; the message of the exception is not logged, since it may contain the
     *     token
     */
    String token(boolean refused) throws Exception;

    /**
     * Returns a source of one fixed token.
     *
     * @param token the token, verbatim as X shows it, without the word Bearer
     * @return the source
     * @throws IllegalArgumentException if the token is null or blank, or cannot be a token; the message does not repeat
     *     it
     */
    static TokenSource of(String token) {
        Secrets.check("bearerToken", "token", token);
        // A record would show the token in its toString.
        class FixedToken implements TokenSource, KnownToken {
            @Override
            public String token(boolean refused) {
                return token;
            }

            @Override
            public String token() {
                return token;
            }
        }
        return new FixedToken();
    }

    /**
     * Returns a source that calls a supplier each time.
     *
     * @param supplier supplies the token
     * @return the source
     */
    static TokenSource of(Supplier<String> supplier) {
        return refused -> supplier.get();
    }
}
