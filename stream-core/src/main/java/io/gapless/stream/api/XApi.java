package io.gapless.stream.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.seam.NoTokenException;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Wire;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * X's HTTP API for one app: addresses, the token, short calls. Thread-safe.
 *
 * <p>A call never blocks its caller and is sent once, or once more with a token fetched anew if X refuses the token: what
 * to do about any other refusal depends on the call, and X counts each one. The future completes on a thread of the
 * transport or of time, so what hangs on it must not block; it only fails for a programming error.
 */
public final class XApi {
    /** Where X is. */
    public static final URI X = URI.create("https://api.x.com");

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    static final String USER_AGENT =
            "gapless/" + version() + " Java/" + Runtime.version().feature();

    private static final String BEARER = "Bearer ";
    private static final String ONLY_HOST = "give scheme, host and port only, such as https://api.x.com";

    private final URI base;
    private final TokenSource tokens;
    private final Transport transport;
    private final Time time;

    /**
     * The API at an address.
     *
     * @param base scheme, host and port, such as {@link #X}; plain http is accepted for this machine only
     * @param tokens where the bearer token comes from
     * @param transport the wire; not closed here
     * @param time bounds each call
     * @throws IllegalArgumentException if {@code base} is not an absolute http(s) address, or would send the token in
     *     clear over a network
     */
    public XApi(URI base, TokenSource tokens, Transport transport, Time time) {
        this.base = checked(base);
        this.tokens = tokens;
        this.transport = transport;
        this.time = time;
    }

    /**
     * Asks with GET.
     *
     * @param path from the root on, such as {@code /2/tweets/search/stream/rules}
     * @param query parameters, not yet encoded
     * @return X's answer, within 30 s
     */
    public CompletableFuture<ApiAnswer> get(String path, Map<String, String> query) {
        return call("GET", path, query, null);
    }

    /**
     * Asks with POST and a JSON body.
     *
     * @param path from the root on
     * @param query parameters, not yet encoded
     * @param body the body
     * @return X's answer, within 30 s
     */
    public CompletableFuture<ApiAnswer> post(String path, Map<String, String> query, JsonNode body) {
        return call("POST", path, query, body);
    }

    /**
     * Asks with DELETE.
     *
     * @param path from the root on
     * @param body the body, or null for none
     * @return X's answer, within 30 s
     */
    public CompletableFuture<ApiAnswer> delete(String path, @Nullable JsonNode body) {
        return call("DELETE", path, Map.of(), body);
    }

    private CompletableFuture<ApiAnswer> call(
            String method, String path, Map<String, String> query, @Nullable JsonNode body) {
        Map<String, String> headers = new HashMap<>(Map.of("User-Agent", USER_AGENT));
        if (body != null) headers.put("Content-Type", "application/json");
        URI address = address(path, query);
        byte[] content = bytes(body);
        return send(new Request(method, address, headers, bearer(false), content))
                .thenCompose(answer -> isTokenRefused(answer)
                        ? send(new Request(method, address, headers, bearer(true), content))
                        : CompletableFuture.completedFuture(answer));
    }

    private CompletableFuture<ApiAnswer> send(Request request) {
        return Call.send(request, transport, time, CALL_TIMEOUT);
    }

    private static boolean isTokenRefused(ApiAnswer answer) {
        return answer instanceof ApiAnswer.Received received && received.head().status() == 401;
    }

    /**
     * A request for a stream, to be opened on the transport.
     *
     * @param path from the root on
     * @param query parameters, not yet encoded
     * @param refused whether X has just refused the last token
     * @return the request with its token source
     */
    public Request stream(String path, Map<String, String> query, boolean refused) {
        return new Request("GET", address(path, query), Map.of("User-Agent", USER_AGENT), bearer(refused), null);
    }

    private Callable<String> bearer(boolean refused) {
        return () -> {
            String token = tokens.token(refused);
            if (token == null || token.isBlank()) return "";
            if (token.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                throw new NoTokenException(
                        "The token source's token begins with the word Bearer. Leave that word out; it"
                                + " is added to each request.");
            }
            return BEARER + token;
        };
    }

    private URI address(String path, Map<String, String> query) {
        if (query.isEmpty()) return base.resolve(path);
        StringBuilder address = new StringBuilder(path);
        char separator = '?';
        for (Map.Entry<String, String> parameter : new TreeMap<>(query).entrySet()) {
            address.append(separator)
                    .append(encode(parameter.getKey()))
                    .append('=')
                    .append(encode(parameter.getValue()));
            separator = '&';
        }
        return base.resolve(address.toString());
    }

    private static String encode(String text) {
        // Commas and colons are legal in a query, and X's own examples leave them so.
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2C", ",")
                .replace("%3A", ":");
    }

    private static byte @Nullable [] bytes(@Nullable JsonNode body) {
        if (body == null) return null;
        try {
            return Json.MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The body cannot be written as JSON", e);
        }
    }

    /**
     * Checks an address of X's API.
     *
     * @param base scheme and host, and a port if need be
     * @return the same
     * @throws IllegalArgumentException if it is not an absolute http(s) address, or would send the token in clear over a
     *     network
     */
    public static URI checked(URI base) {
        // A password in the address is not repeated.
        if (base.getRawUserInfo() != null) throw new IllegalArgumentException("baseUrl: " + ONLY_HOST);
        String scheme = base.getScheme();
        String path = base.getRawPath();
        boolean whole = ("https".equals(scheme) || "http".equals(scheme)) && base.getHost() != null;
        boolean more = path != null && path.length() > 1 || base.getRawQuery() != null || base.getRawFragment() != null;
        if (!whole || more || base.getPort() > 65_535) {
            throw new IllegalArgumentException("baseUrl: '" + base + "' is not usable; " + ONLY_HOST);
        }
        if (Wire.isInClear(base)) {
            throw new IllegalArgumentException("baseUrl: '" + base
                    + "' would send the token over the network in clear; use https, or an address of this machine.");
        }
        return base;
    }

    private static String version() {
        String version = XApi.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
