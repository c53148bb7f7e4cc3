package io.gapless.cli;

import io.gapless.stream.StreamBuilder;
import io.gapless.stream.api.AppOnlyToken;
import io.gapless.stream.api.TokenSource;
import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Transport;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the app to X by a bearer token, or by the app's key and secret. Credentials never come from an argument,
 * which other users of the machine can see. The program never prints credentials. The program does not print the name
 * of a token file either, since a user may have given the token itself as the name. Immutable.
 */
sealed interface Credentials {
    /**
     * Matches a bearer token: the characters of RFC 6750, and the percent sign, since X's own tokens contain percent
     * escapes.
     */
    Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/%-]+=*");

    /** Returns where the credentials come from, in words for people. */
    String origin();

    void applyTo(StreamBuilder<?> stream);

    TokenSource tokens(URI base, Transport transport);

    /**
     * Finds the credentials. A token file comes first, then {@code X_BEARER_TOKEN}, then {@code X_API_KEY} with {@code
     * X_API_SECRET}.
     *
     * @throws CliException if there are no credentials, or if a value cannot be a token
     */
    static Credentials find(@Nullable Path tokenFile, Map<String, String> environment) {
        if (tokenFile != null) {
            readToken(tokenFile);
            return new Bearer("--token-file", () -> readToken(tokenFile));
        }
        String token = environment.getOrDefault("X_BEARER_TOKEN", "").strip();
        if (!token.isEmpty()) {
            String checked = checked("X_BEARER_TOKEN", token);
            return new Bearer("X_BEARER_TOKEN", () -> checked);
        }
        String key = environment.getOrDefault("X_API_KEY", "").strip();
        String secret = environment.getOrDefault("X_API_SECRET", "").strip();
        if (!key.isEmpty() && !secret.isEmpty()) {
            Secret.check("X_API_KEY", "key", key);
            Secret.check("X_API_SECRET", "secret", secret);
            return new KeyAndSecret(key, secret);
        }
        throw CliException.usage(
                "No token is set. Set X_BEARER_TOKEN to the app-only bearer token, name a file that holds it with"
                        + " --token-file, or set X_API_KEY and X_API_SECRET.");
    }

    private static String readToken(Path file) {
        return checked("The file of --token-file", Secret.read("--token-file", "bearer token", file));
    }

    private static String checked(String origin, String token) {
        Secret.check(origin, "bearer token", token);
        if (TOKEN.matcher(token).matches()) return token;
        throw CliException.usage(origin + " holds characters that a bearer token cannot have, such as < or {."
                + " Put the token there alone.");
    }

    /**
     * Holds a bearer token. If the token is in a file, the file is read again for each connect, so that the token can
     * be rotated.
     */
    final class Bearer implements Credentials {
        private final String origin;
        private final Supplier<String> token;

        private Bearer(String origin, Supplier<String> token) {
            this.origin = origin;
            this.token = token;
        }

        @Override
        public String origin() {
            return origin;
        }

        @Override
        public void applyTo(StreamBuilder<?> stream) {
            stream.bearerToken(token);
        }

        @Override
        public TokenSource tokens(URI base, Transport transport) {
            return TokenSource.of(token);
        }
    }

    /** Holds the app's key and secret, for which X issues a token. */
    final class KeyAndSecret implements Credentials {
        private final String key;
        private final String secret;

        private KeyAndSecret(String key, String secret) {
            this.key = key;
            this.secret = secret;
        }

        @Override
        public String origin() {
            return "X_API_KEY and X_API_SECRET";
        }

        @Override
        public void applyTo(StreamBuilder<?> stream) {
            stream.apiKey(key, secret);
        }

        @Override
        public TokenSource tokens(URI base, Transport transport) {
            return new AppOnlyToken(base, key, secret, transport, Seams.system().time());
        }
    }
}
