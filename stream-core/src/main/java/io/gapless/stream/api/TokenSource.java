package io.gapless.stream.api;

import java.util.function.Supplier;

/**
 * Where the app-only bearer token comes from. It is asked before each request, on a thread that may block, and once
 * more after X has refused a token (401); so a token can be rotated while the stream runs.
 */
@FunctionalInterface
public interface TokenSource {
    /**
     * The token to send, verbatim: a {@code %2F} in it stays as it is.
     *
     * @param refused whether X has just refused the last one, so that a cached token must be fetched anew
     * @return the token, without the word Bearer
     * @throws Exception when there is none; the message is not logged, since it could hold the token
     */
    String token(boolean refused) throws Exception;

    /**
     * Returns a source of one fixed token.
     *
     * @param token the token, verbatim as X shows it, without the word Bearer
     * @return the source
     * @throws IllegalArgumentException if it is null, blank or cannot be a token; the message does not repeat it
     */
    static TokenSource of(String token) {
        Secrets.check("bearerToken", "token", token);
        return refused -> token;
    }

    /**
     * A source that asks a supplier each time.
     *
     * @param supplier gives the token
     * @return the source
     */
    static TokenSource of(Supplier<String> supplier) {
        return refused -> supplier.get();
    }
}
