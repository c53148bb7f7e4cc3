package io.gapless.stream.seam;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Holds an HTTP request. Immutable. {@link #toString} shows neither headers nor body, so it reveals no secret. */
public final class Request {
    private final String method;
    private final URI uri;
    private final Map<String, String> headers;
    private final @Nullable Callable<String> authorization;
    private final byte @Nullable [] body;

    /**
     * Creates a request.
     *
     * @param method the HTTP method
     * @param uri the absolute address
     * @param headers all headers except Authorization
     * @param authorization supplies the value of the Authorization header, or null for no such header; called once, on
     *     the thread of the exchange, where it may block
     * @param body the body, or null for no body; not copied
     */
    public Request(
            String method,
            URI uri,
            Map<String, String> headers,
            @Nullable Callable<String> authorization,
            byte @Nullable [] body) {
        this.method = method;
        this.uri = uri;
        this.headers = Map.copyOf(headers);
        this.authorization = authorization;
        this.body = body;
    }

    /**
     * Returns the method.
     *
     * @return the HTTP method
     */
    public String method() {
        return method;
    }

    /**
     * Returns the address.
     *
     * @return the absolute address
     */
    public URI uri() {
        return uri;
    }

    /**
     * Returns the headers.
     *
     * @return all headers except Authorization
     */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * Returns the supplier of the Authorization header's value.
     *
     * @return the supplier; empty for a request without that header
     */
    public Optional<Callable<String>> authorization() {
        return Optional.ofNullable(authorization);
    }

    /**
     * Starts to fetch the value of the Authorization header and returns at once. A transport calls either this method
     * or {@link #authorization}, once.
     *
     * @return a stage that completes with the value, blank for a request without that header; or fails with the
     *     exception of the token source
     */
    public CompletionStage<String> authorizationLater() {
        if (authorization == null) return CompletableFuture.completedStage("");
        if (authorization instanceof Authorization begun) return begun.begin();
        try {
            return CompletableFuture.completedStage(authorization.call());
        } catch (Exception e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /**
     * Returns the body.
     *
     * @return the bytes of the body; empty if there is no body
     */
    public Optional<byte[]> body() {
        return Optional.ofNullable(body);
    }

    @Override
    public String toString() {
        return method + " " + uri;
    }
}
