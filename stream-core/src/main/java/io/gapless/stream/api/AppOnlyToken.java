package io.gapless.stream.api;

import io.gapless.stream.seam.NoTokenException;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the app-only token from {@code POST /oauth2/token} with the app's key and secret, and keeps the token until X
 * refuses the token. A call that fetches the token blocks for 30 s at most. Thread-safe; its lock guards the token.
 */
public final class AppOnlyToken implements TokenSource {
    private static final String PATH = "/oauth2/token";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final URI base;
    private final String key;
    private final String secret;
    private final Transport transport;
    private final Time time;
    private @Nullable String kept;
    private volatile Accepted accepted;
    private volatile RateWindows windows = new RateWindows();

    /**
     * Creates a source for one app.
     *
     * @param base scheme, host and port of X
     * @param key the app's API key
     * @param secret the app's API secret
     * @param transport the transport, which the caller closes
     * @param time the clocks
     * @throws IllegalArgumentException as {@link #check}
     */
    public AppOnlyToken(URI base, String key, String secret, Transport transport, Time time) {
        check(key, secret);
        this.base = ApiAddress.checked(base);
        this.key = key;
        this.secret = secret;
        this.transport = transport;
        this.time = time;
        this.accepted = new Accepted(time);
    }

    /** Sets what X accepted before, which decides what a refusal means, and the rate windows to obey. */
    void judgeBy(Accepted before, RateWindows shared) {
        accepted = before;
        windows = shared;
    }

    /**
     * Checks a key and a secret.
     *
     * @param key the app's API key
     * @param secret the app's API secret
     * @throws IllegalArgumentException if one of them is null, blank or malformed; the message does not repeat it
     */
    public static void check(String key, String secret) {
        Secrets.check("apiKey", "API key", key);
        Secrets.check("apiKey", "API secret", secret);
    }

    @Override
    public synchronized String token(boolean refused) throws NoTokenException {
        if (refused) kept = null;
        if (kept == null) kept = fetch();
        return kept;
    }

    private String fetch() throws NoTokenException {
        Request request = new Request(
                "POST",
                base.resolve(PATH),
                Map.of(
                        "User-Agent",
                        ApiAddress.USER_AGENT,
                        "Content-Type",
                        "application/x-www-form-urlencoded;charset=UTF-8"),
                () -> "Basic "
                        + Base64.getEncoder()
                                .encodeToString((encode(key) + ":" + encode(secret)).getBytes(StandardCharsets.UTF_8)),
                "grant_type=client_credentials".getBytes(StandardCharsets.UTF_8));
        long waitNanos = windows.waitNanos("POST", PATH, time.nanoTime());
        if (waitNanos > 0) {
            throw new NoTokenException("X, or a server before it, accepts no request for a token for another "
                    + Duration.ofNanos(waitNanos).plusMillis(999).toSeconds() + " s. The request is retried then.");
        }
        windows.sent("POST", PATH, time.nanoTime());
        ApiAnswer answer = Call.send(request, transport, time, TIMEOUT).join();
        if (answer instanceof ApiAnswer.Received received) return token(received);
        throw noToken(answer, NoTokenException.Next.SOON);
    }

    private String token(ApiAnswer.Received received) throws NoTokenException {
        if (received.ok()) {
            windows.accepted("POST", PATH, received.head(), time.instant(), time.nanoTime());
            String token = bearer(received);
            accepted.accepted(address());
            accepted.accepted(keys());
            return token;
        }
        Answer answer = judged(received);
        windows.refused("POST", PATH, received.head(), answer, time.nanoTime());
        throw noToken(
                received.as(answer),
                switch (answer.meaning(true)) {
                    case FINAL -> NoTokenException.Next.NEVER;
                    case PARK, SPENT -> NoTokenException.Next.PARKED;
                    default -> NoTokenException.Next.SOON;
                });
    }

    private Answer judged(ApiAnswer.Received received) {
        int status = received.head().status();
        boolean refusal = received.problem().isOfX() && (status == 400 || status == 401 || status == 403);
        Duration refusedFor = refusal ? accepted.refused(keys()) : Duration.ZERO;
        boolean known = accepted.has(keys());
        Answer.Before before =
                new Answer.Before(accepted.isRunning(), accepted.has(address()), known, known, refusedFor);
        return Answer.of(received.head(), received.problem(), false, before, time.instant());
    }

    private String address() {
        return "address " + base + PATH;
    }

    private String keys() {
        return "keys " + key + ":" + secret + " at " + base;
    }

    private static NoTokenException noToken(ApiAnswer answer, NoTokenException.Next next) {
        return new NoTokenException(
                "X refused to issue a token for this API key and secret: " + answer.describe()
                        + ". Check both in the developer portal.",
                next);
    }

    /**
     * Returns the token of a successful answer. No message repeats such an answer, because it could contain a token in
     * another form.
     */
    private static String bearer(ApiAnswer.Received received) throws NoTokenException {
        String token = received.body().path("access_token").asText();
        if (!"bearer".equalsIgnoreCase(received.body().path("token_type").asText()) || token.isBlank()) {
            throw new NoTokenException("The answer to the request for a token was HTTP "
                    + received.head().status() + " without a bearer token. Check that baseUrl is X.");
        }
        return token;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
