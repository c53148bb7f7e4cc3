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
 * Fetches the app-only token with the app's key and secret at {@code POST /oauth2/token}, and keeps it until X refuses
 * it. Blocks its caller for the length of the call. Owner of the kept token: its own lock.
 */
public final class AppOnlyToken implements TokenSource {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final URI base;
    private final String key;
    private final String secret;
    private final Transport transport;
    private final Time time;
    private @Nullable String kept;

    /**
     * A source for one app.
     *
     * @param base scheme, host and port of X
     * @param key the app's API key
     * @param secret the app's API secret
     * @param transport the wire; not closed here
     * @param time bounds the call
     * @throws IllegalArgumentException as {@link #check}
     */
    public AppOnlyToken(URI base, String key, String secret, Transport transport, Time time) {
        check(key, secret);
        this.base = XApi.checked(base);
        this.key = key;
        this.secret = secret;
        this.transport = transport;
        this.time = time;
    }

    /**
     * Checks a key and a secret.
     *
     * @param key the app's API key
     * @param secret the app's API secret
     * @throws IllegalArgumentException if one of the two is null, blank or cannot be one; the message does not repeat it
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
                base.resolve("/oauth2/token"),
                Map.of(
                        "User-Agent",
                        XApi.USER_AGENT,
                        "Content-Type",
                        "application/x-www-form-urlencoded;charset=UTF-8"),
                () -> "Basic "
                        + Base64.getEncoder()
                                .encodeToString((encode(key) + ":" + encode(secret)).getBytes(StandardCharsets.UTF_8)),
                "grant_type=client_credentials".getBytes(StandardCharsets.UTF_8));
        ApiAnswer answer = Call.send(request, transport, time, TIMEOUT).join();
        if (answer instanceof ApiAnswer.Received received && received.ok()) return bearer(received);
        throw new NoTokenException(
                "X gave no token for this API key and secret (" + answer.describe()
                        + "). Check both in the developer portal.",
                isFinal(answer));
    }

    private static boolean isFinal(ApiAnswer answer) {
        if (!(answer instanceof ApiAnswer.Received received)) return false;
        int status = received.head().status();
        return status == 400 || status == 401 || status == 403;
    }

    /** What a successful answer says is never repeated, since it could be a token in another shape. */
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
