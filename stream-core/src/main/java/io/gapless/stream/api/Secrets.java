package io.gapless.stream.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks tokens, keys and secrets. No message repeats the secret. */
final class Secrets {
    private static final String BEARER = "Bearer ";

    private Secrets() {}

    /** Throws if the text cannot be a secret of X. The message names the setting. */
    static void check(String setting, String what, @Nullable String secret) {
        if (secret == null) {
            throw new IllegalArgumentException(setting + ": the " + what
                    + " is null. If it comes from an environment variable, that variable is not set in this process."
                    + " Set it, or pass the " + what + " in another way.");
        }
        objection(secret).ifPresent(why -> {
            throw new IllegalArgumentException(setting + ": the " + what + " " + why);
        });
    }

    /** Returns what is wrong and what to change, as the end of a sentence; empty if the text can be a secret of X. */
    static Optional<String> objection(String secret) {
        if (secret.isBlank()) return Optional.of("is empty. Give it exactly as X shows it.");
        if (secret.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.of("begins with the word Bearer. Leave that word out; it is added to each request.");
        }
        if (secret.contains("${")) {
            return Optional.of(
                    "holds a placeholder, ${…}, that was not replaced. Set the variable or the property that it"
                            + " names.");
        }
        if (secret.charAt(0) == '"' || secret.charAt(0) == '\'') return Optional.of("is in quotes. Leave them out.");
        return secret.chars().allMatch(c -> c > ' ' && c < 127)
                ? Optional.empty()
                : Optional.of(
                        "contains white space or another character that X does not use, such as a line break at its"
                                + " end. Give it exactly as X shows it.");
    }
}
