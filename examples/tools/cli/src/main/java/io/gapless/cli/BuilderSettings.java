package io.gapless.cli;

import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the exception with which a builder refuses a setting into a usage error. The error repeats the builder's
 * sentence, but names the command-line option instead of the builder's setting.
 */
final class BuilderSettings {
    private static final Pattern NAME = Pattern.compile("^([a-zA-Z]+)(: | is | must |, )");
    private static final Map<String, String> OPTIONS = Map.ofEntries(
            Map.entry("baseUrl", "--base-url"),
            Map.entry("stallTimeout", "--stall-timeout"),
            Map.entry("connections", "--connections"),
            Map.entry("overlap", "--overlap"),
            Map.entry("lease", "--lease"),
            Map.entry("warmStandby", "--warm-standby"),
            Map.entry("maxRecoveredPosts", "--max-recovered-posts"),
            Map.entry("since", "--since"),
            Map.entry("until", "--until"),
            Map.entry("every", "--every"),
            Map.entry("window", "--window"),
            Map.entry("to", "--to"),
            Map.entry("path", "--path"),
            Map.entry("records", "--batch-records"),
            Map.entry("bytes", "--batch-bytes"),
            Map.entry("tries", "--tries"),
            Map.entry("firstWait", "--retry-wait"),
            Map.entry("tryAgainEvery", "--try-again-every"),
            Map.entry("requestTimeout", "--request-timeout"),
            Map.entry("maxRate", "--max-rate"),
            Map.entry("diskMaxBytes", "--disk-max"),
            Map.entry("fetchSize", "--fetch-size"),
            Map.entry("statementTimeout", "--statement-timeout"));

    private BuilderSettings() {}

    /**
     * Calls a builder and returns its result.
     *
     * @throws CliException if the builder refuses a setting
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
