package io.gapless.recovery.outbox;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds a password in a JDBC URL, whatever its driver: URLs are logged, and seen by others on the machine. A name is
 * looked for wherever any driver has its settings: behind {@code ? & ; : , (}.
 */
final class UrlPassword {
    /** The bare {@code key} is SQLite's for an encrypted file; PostgreSQL's {@code sslkey} is the name of a file. */
    private static final Pattern SETTING = Pattern.compile(
            "[?&;:,(]\\s*([\\w.]*(?:password|passwd|pwd|passphrase|secret|token)\\w*|pass|key|hexkey)\\s*=",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern USER_INFO =
            Pattern.compile("//[^/?;@]*:[^/?;]*@|^jdbc:oracle:\\w+:[^/@]+/[^@]+@", Pattern.CASE_INSENSITIVE);

    private static final Pattern ESCAPED = Pattern.compile("%([0-9a-fA-F]{2})");

    private UrlPassword() {}

    /** Where a password stands, in words that do not repeat it; empty if there is none. */
    static Optional<String> find(String url) {
        return Stream.of(url, unescaped(url)).flatMap(UrlPassword::findPlain).findFirst();
    }

    private static Stream<String> findPlain(String url) {
        if (USER_INFO.matcher(url).find()) return Stream.of("before its @");
        return SETTING.matcher(url).results().map(found -> "in its setting " + found.group(1));
    }

    private static String unescaped(String url) {
        return ESCAPED.matcher(url)
                .replaceAll(hex -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(hex.group(1), 16))));
    }
}
