package io.gapless.stream.seam;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What to ask. Immutable; its text form shows no header and no body, so that no secret leaves by it.
 */
public final class Request {
    private final String method;
    private final URI uri;
    private final Map<String, String> headers;
    private final @Nullable Callable<String> authorization;
    private final byte @Nullable [] body;

    /**
     * A request.
     *
     * @param method the HTTP method
     * @param uri where to
     * @param headers all headers but Authorization
     * @param authorization gives the Authorization header's value; called once, on the exchange's own thread, where it
     *     may block
     * @param body the body, or null for none; not copied
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
     * The method.
     *
     * @return the HTTP method
     */
    public String method() {
        return method;
    }

    /**
     * Where to.
     *
     * @return the absolute address
     */
    public URI uri() {
        return uri;
    }

    /**
     * The headers.
     *
     * @return all headers but Authorization
     */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * The Authorization header's source.
     *
     * @return gives the header's value, or empty for a request without one
     */
    public Optional<Callable<String>> authorization() {
        return Optional.ofNullable(authorization);
    }

    /**
     * The body.
     *
     * @return the body's bytes, or empty for none
     */
    public Optional<byte[]> body() {
        return Optional.ofNullable(body);
    }

    @Override
    public String toString() {
        return method + " " + uri;
    }
}
