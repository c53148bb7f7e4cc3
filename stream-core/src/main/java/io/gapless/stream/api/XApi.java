package io.gapless.stream.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.post.Problem;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.TokenCalls;
import io.gapless.stream.seam.Transport;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Calls X's HTTP API for one app. Thread-safe.
 *
 * <p>A call never blocks its caller. The request is sent once, and a second time with a new token if X refuses the
 * token. Other refusals are not retried, because X counts each request, and because the right reaction depends on the
 * call. The future completes on a thread of the transport or of the clocks, so its dependent stages must not block. The
 * future fails only because of a programming error.
 */
public final class XApi {
    /** The address of X. */
    public static final URI X = URI.create("https://api.x.com");

    private static final String BACKFILL = "backfill_minutes";
    private static final Set<String> RECOVERY = Set.of(BACKFILL, "start_time", "end_time");

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private final URI base;
    private final TokenSource tokens;
    private final Transport transport;
    private final Time time;
    private final TokenCalls tokenCalls;
    private final Accepted accepted;
    private final RateWindows windows = new RateWindows();

    /**
     * Creates the API at an address.
     *
     * @param base scheme, host and port, such as {@link #X}; plain http is accepted for this machine only
     * @param tokens supplies the bearer token
     * @param transport the transport, which the caller closes
     * @param time the clocks
     * @throws IllegalArgumentException if {@code base} is not an absolute http(s) address, or would send the token
     *     unencrypted over a network
     */
    public XApi(URI base, TokenSource tokens, Transport transport, Time time) {
        this.base = ApiAddress.checked(base);
        this.tokens = tokens;
        this.transport = transport;
        this.time = time;
        this.tokenCalls = new TokenCalls(time);
        this.accepted = new Accepted(time);
        if (tokens instanceof AppOnlyToken appOnly) appOnly.judgeBy(accepted, windows);
    }

    /**
     * Returns the clock of this machine that all requests of this object use.
     *
     * @return the clock
     */
    public InstantSource clock() {
        return time;
    }

    /**
     * Returns the memory of what X has accepted.
     *
     * @return the memory, which all requests of this object share
     */
    public Accepted accepted() {
        return accepted;
    }

    /**
     * Returns the rate windows that all requests of this object share.
     *
     * @return the windows, learned from the headers of all answers to these requests
     */
    public RateWindows windows() {
        return windows;
    }

    /**
     * Sends a GET request.
     *
     * @param path the path, such as {@code /2/tweets/search/stream/rules}
     * @param query the parameters, not encoded
     * @return the result, within 30 s for each of at most two tries
     */
    public CompletableFuture<ApiAnswer> get(String path, Map<String, String> query) {
        return call("GET", path, query, null);
    }

    /**
     * Sends a POST request with a JSON body.
     *
     * @param path the path
     * @param query the parameters, not encoded
     * @param body the body
     * @return the result, within 30 s for each of at most two tries
     */
    public CompletableFuture<ApiAnswer> post(String path, Map<String, String> query, JsonNode body) {
        return call("POST", path, query, body);
    }

    /**
     * Sends a DELETE request.
     *
     * @param path the path
     * @param body the body, or null for no body
     * @return the result, within 30 s for each of at most two tries
     */
    public CompletableFuture<ApiAnswer> delete(String path, @Nullable JsonNode body) {
        return call("DELETE", path, Map.of(), body);
    }

    private CompletableFuture<ApiAnswer> call(
            String method, String path, Map<String, String> query, @Nullable JsonNode body) {
        Map<String, String> headers = new HashMap<>(Map.of("User-Agent", ApiAddress.USER_AGENT));
        if (body != null) headers.put("Content-Type", "application/json");
        URI address = address(path, query);
        byte[] content = bytes(body);
        return send(new Request(method, address, headers, bearer(false), content))
                .thenCompose(answer -> isTokenRefused(answer)
                        ? send(new Request(method, address, headers, bearer(true), content))
                        : CompletableFuture.completedFuture(answer));
    }

    private CompletableFuture<ApiAnswer> send(Request request) {
        windows.sent(request.method(), request.uri().getPath(), time.nanoTime());
        CompletableFuture<ApiAnswer> result;
        try {
            result = Call.send(request, transport, time, CALL_TIMEOUT);
        } catch (RuntimeException | Error defect) {
            // Callers handle failures of the future only, so the failure goes into the future and is not thrown.
            windows.unanswered(request.method(), request.uri().getPath());
            result = CompletableFuture.failedFuture(defect);
        }
        return result.thenApply(answer -> recorded(request, answer));
    }

    private ApiAnswer recorded(Request request, ApiAnswer answer) {
        if (!(answer instanceof ApiAnswer.Received received)) {
            windows.unanswered(request.method(), request.uri().getPath());
            return answer;
        }
        if (!received.ok()) return received.as(refused(request, received.head(), received.problem()));
        answered(request, received.head());
        // An HTML page with a success status is not from X, so it proves nothing.
        if (received.body().isObject()) remember(request);
        return received;
    }

    // ---- what every answer reveals ----------------------------------------------------------------------------------

    /**
     * Records that a request was answered with the requested stream. The head alone does not prove yet that X wrote the
     * answer: see {@link #accepted(Request)}.
     *
     * @param request a request of {@link #stream}
     * @param head the head of the answer
     */
    public void answered(Request request, Head head) {
        windows.accepted(request.method(), request.uri().getPath(), head, time.instant(), time.nanoTime());
    }

    /**
     * Records that X itself has accepted a request for a stream.
     *
     * @param request a request of {@link #stream}
     */
    public void accepted(Request request) {
        accepted.markRunning();
        remember(request);
    }

    private void remember(Request request) {
        accepted.accepted(address(request));
        token(request).ifPresent(accepted::accepted);
        accepted.accepted(requestKey(request, true));
        // X accepts the stream without a backfill if it accepts the stream with one.
        if (asksFor(request, BACKFILL)) accepted.accepted(requestKey(request, false));
    }

    /**
     * Records that a request was refused.
     *
     * @param request a request of {@link #stream}
     * @param head the head of the answer
     * @param problem the problem in its body
     * @return the answer with everything that decides what it means
     */
    public Answer refused(Request request, Head head, Problem problem) {
        Duration refusedFor = token(request)
                .map(token -> refusedFor(token, head.status(), problem))
                .orElse(Duration.ZERO);
        Answer.Before before = new Answer.Before(
                accepted.isRunning(),
                accepted.has(address(request)),
                token(request).filter(accepted::has).isPresent(),
                accepted.has(requestKey(request, true)),
                refusedFor);
        // X accepted this token before, perhaps in an earlier process. So a later token in this process is a rotation,
        // and not a new configuration.
        if (before.token()) accepted.markRunning();
        Answer answer = Answer.of(head, problem, asksFor(request, BACKFILL), before, time.instant());
        windows.refused(request.method(), request.uri().getPath(), head, answer, time.nanoTime());
        return answer;
    }

    private Duration refusedFor(String token, int status, Problem problem) {
        if (!problem.isOfX()) return Duration.ZERO;
        if (status == 401) return accepted.refused(token);
        accepted.notRefused(token);
        return Duration.ZERO;
    }

    private String address(Request request) {
        return "address " + base + request.uri().getPath();
    }

    private Optional<String> token(Request request) {
        return request.authorization()
                .map(source -> source instanceof Bearer bearer ? bearer.mark() : "")
                .filter(mark -> !mark.isEmpty())
                .map(mark -> "token " + mark + " at " + base);
    }

    /**
     * Returns the text under which a request is remembered. The text names the time and backfill parameters without
     * their values, because the values change with each request.
     */
    private String requestKey(Request request, boolean withBackfill) {
        String path = request.uri().getPath();
        String raw = request.uri().getRawQuery();
        // Only the query of a stream is part of the text. The query of a search differs each time.
        if (raw == null || !path.endsWith("/stream")) {
            return "request " + request.method() + " " + base + path;
        }
        String query = Stream.of(raw.split("&"))
                .filter(parameter -> withBackfill || !parameter.startsWith(BACKFILL + "="))
                .map(parameter -> RECOVERY.contains(parameter.split("=", 2)[0])
                        ? parameter.split("=", 2)[0]
                        : parameter)
                .collect(Collectors.joining("&"));
        return "request " + request.method() + " " + base + path + "?" + query;
    }

    private static boolean asksFor(Request request, String parameter) {
        String raw = request.uri().getRawQuery();
        return raw != null && Stream.of(raw.split("&")).anyMatch(one -> one.startsWith(parameter + "="));
    }

    private static boolean isTokenRefused(ApiAnswer answer) {
        return answer instanceof ApiAnswer.Received received && received.head().status() == 401;
    }

    /**
     * Returns a request for a stream, to be opened on the transport.
     *
     * @param path the path
     * @param query the parameters, not encoded
     * @param refused whether X has just refused the last token
     * @return the request with its token source
     */
    public Request stream(String path, Map<String, String> query, boolean refused) {
        return new Request(
                "GET", address(path, query), Map.of("User-Agent", ApiAddress.USER_AGENT), bearer(refused), null);
    }

    private Bearer bearer(boolean refused) {
        return new Bearer(tokens, tokenCalls, refused, accepted);
    }

    /**
     * Returns whether a request waits for the token source.
     *
     * @param request a request of {@link #stream}
     * @return true if the token source was called for this request and has not returned
     */
    public boolean isWaitingForToken(Request request) {
        return Bearer.isWaiting(request);
    }

    /** Interrupts a running call of the token source, and makes no further call. Requests fail from then on. */
    public void endTokenCalls() {
        tokenCalls.close();
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
            return BodyJson.MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The body cannot be written as JSON.", e);
        }
    }

    /**
     * Checks an address of X's API.
     *
     * @param base scheme and host, and a port if needed
     * @return the same address
     * @throws IllegalArgumentException if it is not an absolute http(s) address, or would send the token unencrypted
     *     over a network
     */
    public static URI checked(URI base) {
        return ApiAddress.checked(base);
    }
}
