package io.gapless.emulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Answers {@code POST /oauth2/token}: exchanges the consumer key and secret for the bearer token. */
final class TokenEndpoint {
    static final String PATH = "/oauth2/token";
    private static final String BASIC = "Basic ";

    private final Settings settings;
    private final AcceptedToken token;

    TokenEndpoint(Settings settings, AcceptedToken token) {
        this.settings = settings;
        this.token = token;
    }

    Answer answer(Request request) {
        String form = new String(request.body(), StandardCharsets.UTF_8);
        if (!isOurs(request.header("Authorization")) || !form.equals("grant_type=client_credentials")) {
            return Answer.json(403, Problems.wrongCredentials());
        }
        return Answer.json(200, Json.object().put("token_type", "bearer").put("access_token", token.current()));
    }

    private boolean isOurs(@org.jspecify.annotations.Nullable String authorization) {
        if (authorization == null || !authorization.startsWith(BASIC)) {
            return false;
        }
        try {
            String pair = new String(
                    Base64.getDecoder().decode(authorization.substring(BASIC.length())), StandardCharsets.US_ASCII);
            int colon = pair.indexOf(':');
            return colon > 0
                    && decoded(pair.substring(0, colon)).equals(settings.apiKey())
                    && decoded(pair.substring(colon + 1)).equals(settings.apiSecret());
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
