package io.gapless.stream.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Wire;
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
 * X's HTTP API for one app: addresses, the token, short calls. Thread-safe.
 *
 * <p>A call never blocks its caller and is sent once, or once more with a token fetched anew if X refuses the token: what
 * to do about any other refusal depends on the call, and X counts each one. The future completes on a thread of the
 * transport or of time, so what hangs on it must not block; it only fails for a programming error.
 */
public final class XApi {
    /** Where X is. */
    public static final URI X = URI.create("https://api.x.com");

    private static final String BACKFILL = "backfill_minutes";
    private static final Set<String> RECOVERY = Set.of(BACKFILL, "start_time", "end_time");

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    static final String USER_AGENT =
            "gapless/" + version() + " Java/" + Runtime.version().feature();

    private static final String ONLY_HOST = "give scheme, host and port only, such as https://api.x.com";

    private final URI base;
    private final TokenSource tokens;
    private final Transport transport;
    private final Time time;
    private final Accepted accepted;
    private final RateWindows windows = new RateWindows();

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
        this.accepted = new Accepted(time);
        if (tokens instanceof AppOnlyToken appOnly) appOnly.judgeBy(accepted, windows);
    }

    /**
     * This machine's clock, as all requests of this object read it.
     *
     * @return the clock
     */
    public InstantSource clock() {
        return time;
    }

    /**
     * What X has accepted before.
     *
     * @return the memory that all requests of this object share
     */
    public Accepted accepted() {
        return accepted;
    }

    /**
     * When X wants to be asked again.
     *
     * @return what the headers of all answers to this object's requests have said
     */
    public RateWindows windows() {
        return windows;
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
        windows.sent(request.method(), request.uri().getPath(), time.nanoTime());
        return Call.send(request, transport, time, CALL_TIMEOUT).thenApply(answer -> heard(request, answer));
    }

    private ApiAnswer heard(Request request, ApiAnswer answer) {
        if (!(answer instanceof ApiAnswer.Received received)) {
            windows.unanswered(request.method(), request.uri().getPath());
            return answer;
        }
        if (!received.ok()) return received.as(refused(request, received.head(), received.problem()));
        answered(request, received.head());
        // A page with a good status is not X's.
        if (received.body().isObject()) remember(request);
        return received;
    }

    // ---- what all answers teach ------------------------------------------------------------------------------------

    /**
     * A request has been answered with what was asked for. That proves nothing yet: see {@link #accepted(Request)}.
     *
     * @param request from {@link #stream}
     * @param head the answer's
     */
    public void answered(Request request, Head head) {
        windows.accepted(request.method(), request.uri().getPath(), head, time.instant(), time.nanoTime());
    }

    /**
     * X has accepted a request for a stream, beyond doubt.
     *
     * @param request from {@link #stream}
     */
    public void accepted(Request request) {
        accepted.runs();
        remember(request);
    }

    private void remember(Request request) {
        accepted.accepted(address(request));
        token(request).ifPresent(accepted::accepted);
        accepted.accepted(wanted(request));
    }

    /**
     * A request has been refused.
     *
     * @param request from {@link #stream}
     * @param head the answer's
     * @param problem what its body says
     * @return the answer with all that decides what it means
     */
    public Answer refused(Request request, Head head, Problem problem) {
        Duration refusedFor = token(request)
                .map(token -> refusedFor(token, head.status(), problem))
                .orElse(Duration.ZERO);
        Answer.Before before = new Answer.Before(
                accepted.isRunning(),
                accepted.has(address(request)),
                token(request).filter(accepted::has).isPresent(),
                accepted.has(wanted(request)),
                refusedFor);
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

    /** Without times and numbers, which change from request to request; only that they were asked for. */
    private String wanted(Request request) {
        String path = request.uri().getPath();
        String raw = request.uri().getRawQuery();
        // A search has another query each time.
        if (raw == null || !path.endsWith("/stream")) {
            return "request " + request.method() + " " + base + path;
        }
        String query = Stream.of(raw.split("&"))
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

    private Bearer bearer(boolean refused) {
        return new Bearer(tokens, refused, accepted);
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
