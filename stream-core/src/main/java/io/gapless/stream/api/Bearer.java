package io.gapless.stream.api;

import io.gapless.stream.seam.NoTokenException;
import java.util.concurrent.Callable;

/** Gives one request its token, and keeps a mark of it that tells nothing about it. Called once, by the exchange. */
final class Bearer implements Callable<String> {
    private static final String BEARER = "Bearer ";

    private final TokenSource tokens;
    private final boolean refused;
    private final Accepted accepted;
    private volatile String mark = "";

    Bearer(TokenSource tokens, boolean refused, Accepted accepted) {
        this.tokens = tokens;
        this.refused = refused;
        this.accepted = accepted;
    }

    @Override
    public String call() throws Exception {
        String token = tokens.token(refused);
        if (token == null || token.isBlank()) return "";
        if (token.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw new NoTokenException("The token of the token source begins with the word Bearer. Remove that word; it"
                    + " is added to each request.");
        }
        mark = accepted.mark("token " + token);
        return BEARER + token;
    }

    /** Empty before the token is known. */
    String mark() {
        return mark;
    }
}
