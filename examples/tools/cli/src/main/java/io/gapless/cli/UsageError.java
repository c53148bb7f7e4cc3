package io.gapless.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Explains what is wrong with a command line. A misplaced argument may be a token, so a message repeats only words that
 * look like the name of an option or command.
 */
final class UsageError {
    /**
     * The largest number of wrong letters for which another name is suggested. A word with more wrong letters is not a
     * typing error.
     */
    private static final int LETTERS_WRONG_MAX = 2;

    private UsageError() {}

    static int print(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("gapless: " + sentence(failure));
        if (failure instanceof CommandGroup.Missing) {
            command.getErr().println();
            command.getErr().print(command.getHelp().commandList());
            command.getErr().flush();
        } else {
            command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        return ExitCode.USAGE.status();
    }

    private static String sentence(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        if (failure instanceof CommandGroup.Missing && command.getParent() != null) {
            return "Give a command of '" + command.getCommandSpec().qualifiedName() + "':";
        }
        if (failure instanceof CommandGroup.Missing) return "Give a command; 'gapless COMMAND --help' explains it:";
        // Report unknown names first. A misspelt option would otherwise be reported as a missing one.
        List<String> unmatched = command.getUnmatchedArguments();
        if (!unmatched.isEmpty()) return unknown(command, unmatched.get(0).replaceFirst("=.*", ""));
        return String.valueOf(failure.getMessage())
                .replaceAll("'[^']{40,}'", "'…'")
                .replaceFirst("^Missing required (option|parameter)s?: ", "Missing $1: ");
    }

    private static String unknown(CommandLine command, String first) {
        if (first.startsWith("--") && first.contains("token")) {
            return "There is no option " + first
                    + ": other users of this machine could read the token there. Put it into X_BEARER_TOKEN or into a"
                    + " --token-file.";
        }
        if (first.matches("--?[a-z-]{1,30}")) {
            return "Unknown option " + first
                    + nearest(first, options(command))
                            .map("; did you mean %s?"::formatted)
                            .orElse(".");
        }
        Collection<String> commands = command.getSubcommands().keySet();
        if (first.matches("[a-z-]{1,20}") && !commands.isEmpty()) {
            return "Unknown command '" + first + "'."
                    + nearest(first, commands)
                            .map(" Did you mean '%s'?"::formatted)
                            .orElse("");
        }
        return first.matches("[a-z-]{1,20}")
                ? "Unexpected argument '" + first + "'."
                : "The command line has one argument too many.";
    }

    private static List<String> options(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .map(OptionSpec::names)
                .flatMap(Stream::of)
                .toList();
    }

    /**
     * Returns the name that the user probably meant: a name that begins with the word, or else one that differs from
     * the word in at most two letters; empty if there is no such name.
     */
    private static Optional<String> nearest(String word, Collection<String> names) {
        Optional<String> completed =
                names.stream().filter(name -> name.startsWith(word)).min(Comparator.comparing(String::length));
        if (completed.isPresent()) return completed;
        return names.stream()
                .filter(name -> distance(word, name) <= LETTERS_WRONG_MAX)
                .min(Comparator.comparing(name -> distance(word, name)));
    }

    /**
     * Returns how many letters have to be changed, added or removed to turn one word into the other (the Levenshtein
     * distance).
     */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) row[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
