package io.gapless.recovery.outbox.source;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds a password in a JDBC URL of any driver. A password must not be in a URL, because URLs are logged and can be
 * read by others on the machine. The name of a setting with a password is searched for wherever any driver has its
 * settings: behind {@code ? & ; : , (}. A name whose value only concerns a password, such as {@code
 * passwordCharacterEncoding}, is allowed.
 */
public final class UrlPassword {
    /**
     * Matches a setting with a password. The name {@code key} alone is SQLite's, for an encrypted file. PostgreSQL's
     * {@code sslkey}, which is the name of a file, does not match.
     */
    private static final Pattern SETTING = Pattern.compile(
            "[?&;:,(]\\s*([\\w.]*(?:password|passwd|pwd|passphrase|secret|token)\\w*|pass|key|hexkey)\\s*=",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern HARMLESS = Pattern.compile(
            ".*(?:encoding|charset|ttl|timeout|interval|url|uri|file|path|location|type|class|provider|plugin|callback|id)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern USER_INFO =
            Pattern.compile("//[^/?;@]*:[^/?;]*@|^jdbc:oracle:\\w+:[^/@]+/[^@]+@", Pattern.CASE_INSENSITIVE);

    private static final Pattern ESCAPED = Pattern.compile("%([0-9a-fA-F]{2})");

    private static final String PASSWORD =
            "password(…), on the command line GAPLESS_JDBC_PASSWORD or" + " --jdbc-password-file";

    private UrlPassword() {}

    /**
     * Describes a password in a URL without repeating it.
     *
     * @param place where the password is
     * @param instead how to set it separately
     */
    public record Found(String place, String instead) {}

    /**
     * Finds the first password.
     *
     * @param url the JDBC URL
     * @return where the URL contains a password; empty if it contains none
     */
    public static Optional<Found> find(String url) {
        return Stream.of(url, unescaped(url)).flatMap(UrlPassword::findPlain).findFirst();
    }

    private static Stream<Found> findPlain(String url) {
        if (USER_INFO.matcher(url).find()) return Stream.of(new Found("before its @", PASSWORD));
        return SETTING.matcher(url)
                .results()
                .map(found -> found.group(1))
                .filter(name -> !HARMLESS.matcher(name).matches())
                .map(name -> new Found("in its setting " + name, instead(name)));
    }

    private static String instead(String name) {
        if (name.equalsIgnoreCase("password")) return PASSWORD;
        return "driverSecret(\"" + name + "\", …), on the command line --jdbc-secret " + name + "=FILE";
    }

    private static String unescaped(String url) {
        return ESCAPED.matcher(url)
                .replaceAll(hex -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(hex.group(1), 16))));
    }
}
