package io.gapless.cli;

import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the library's builders refuse is a wrong command line: their sentence, under the option's own name. */
final class BuilderSettings {
    private static final Pattern NAME = Pattern.compile("^([a-zA-Z]+)(: | is )");
    private static final Map<String, String> OPTIONS = Map.of(
            "baseUrl", "--base-url",
            "stallTimeout", "--stall-timeout",
            "connections", "--connections",
            "overlap", "--overlap",
            "maxRecoveredPosts", "--max-recovered-posts",
            "since", "--since",
            "every", "--every",
            "window", "--window");

    private BuilderSettings() {}

    /**
     * Calls builders.
     *
     * @throws CliException if one of them refuses its setting
     */
    static <T> T checked(Supplier<T> build) {
        try {
            return build.get();
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, Text.line(asOption(String.valueOf(e.getMessage()))), e);
        }
    }

    private static String asOption(String sentence) {
        Matcher name = NAME.matcher(sentence);
        if (!name.find()) return sentence;
        String option = OPTIONS.get(name.group(1));
        return option == null ? sentence : option + sentence.substring(name.end(1));
    }
}
