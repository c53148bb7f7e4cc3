package io.gapless.stream.api;

import io.gapless.stream.seam.Authorization;
import io.gapless.stream.seam.NoTokenException;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.TokenCalls;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Supplies the Authorization header of one request, and keeps a hash of the token. The exchange asks for the header
 * once.
 */
final class Bearer implements Authorization {
    private static final String BEARER = "Bearer ";

    private final TokenSource tokens;
    private final TokenCalls calls;
    private final boolean refused;
    private final Accepted accepted;
    private volatile String mark = "";
    private volatile boolean waiting;

    Bearer(TokenSource tokens, TokenCalls calls, boolean refused, Accepted accepted) {
        this.tokens = tokens;
        this.calls = calls;
        this.refused = refused;
        this.accepted = accepted;
    }

    @Override
    public String call() throws Exception {
        return header(token());
    }

    @Override
    public CompletionStage<String> begin() {
        CompletableFuture<String> header = new CompletableFuture<>();
        begun().whenComplete((token, failure) -> {
            waiting = false;
            try {
                if (failure == null) header.complete(header(token));
                else header.completeExceptionally(failure);
            } catch (NoTokenException e) {
                header.completeExceptionally(e);
            }
        });
        return header;
    }

    private String header(String token) throws NoTokenException {
        if (token == null || token.isBlank()) return "";
        if (token.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw new NoTokenException("The token of the token source begins with the word Bearer. Remove that word; it"
                    + " is added to each request.");
        }
        mark = accepted.mark("token " + token);
        return BEARER + token;
    }

    private String token() throws Exception {
        // A fixed token never blocks, so it needs no thread of its own.
        if (tokens instanceof KnownToken known) return known.token();
        waiting = true;
        try {
            return calls.call(refused, () -> tokens.token(refused));
        } finally {
            waiting = false;
        }
    }

    private CompletionStage<String> begun() {
        if (tokens instanceof KnownToken known) return CompletableFuture.completedStage(known.token());
        waiting = true;
        return calls.begin(refused, () -> tokens.token(refused));
    }

    /** Returns whether a request waits for its token. */
    static boolean isWaiting(Request request) {
        return request.authorization()
                .filter(source -> source instanceof Bearer bearer && bearer.isWaiting())
                .isPresent();
    }

    /** Returns whether the token source was called and has not returned. */
    boolean isWaiting() {
        return waiting;
    }

    /** Returns the hash of the token; empty before the token is known. */
    String mark() {
        return mark;
    }
}
