package io.gapless.cli;

import io.gapless.recovery.Access;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.rules.RuleSet.WantedRule;
import io.gapless.stream.rules.syntax.RuleFinding;
import io.gapless.stream.rules.syntax.RuleSyntax;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads rules files and checks them before a command calls X. A file named {@code -} stands for standard input. */
final class RuleFiles {
    /**
     * The largest number of bytes that are read from a rules file. The rules of every account are smaller. The limit
     * ends the reading of an endless file.
     */
    private static final int MAX_BYTES = 16 * 1024 * 1024;

    private static final Path STANDARD_INPUT = Path.of("-");

    private final Shell shell;

    RuleFiles(Shell shell) {
        this.shell = shell;
    }

    /**
     * Reads a file of rules that are to be sent to X, and prints warnings about them.
     *
     * @throws io.gapless.stream.rules.RulesException if a line is not a rule
     * @throws CliException if the file cannot be read, or if a rule has an error
     */
    RuleSet read(Path file, Access access) {
        RuleSet rules = readQuietly(file, access);
        warn(rules, access, Set.of());
        return rules;
    }

    /** Reads and checks a file as {@link #read} does, but prints no warnings. */
    RuleSet readQuietly(Path file, Access access) {
        RuleSet rules = parse(file, text(file));
        List<String> errors = findings(rules, access, RuleFinding.Severity.ERROR, Set.of());
        if (!errors.isEmpty()) throw CliException.usage(name(file) + ":\n" + String.join("\n", errors));
        return rules;
    }

    /**
     * Prints warnings about rules.
     *
     * @param except the values of rules without warnings, because the caller reports these rules in another message
     */
    void warn(RuleSet rules, Access access, Set<String> except) {
        findings(rules, access, RuleFinding.Severity.WARNING, except).forEach(shell.err()::println);
    }

    /**
     * Reads a file as text, without checking its rules.
     *
     * @throws CliException if the file cannot be read, or if it contains no rules
     */
    String text(Path file) {
        String text;
        try (InputStream in = file.equals(STANDARD_INPUT) ? shell.in() : Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) throw unreadable(file, "is larger than 16 MiB. Is it the right file?", null);
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw unreadable(file, "is not UTF-8. Save it as UTF-8.", e);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "does not exist. Name a rules file.", e);
        } catch (AccessDeniedException e) {
            throw unreadable(
                    file, "cannot be read: this user has no right to. Give the right, or name another file.", e);
        } catch (IOException e) {
            throw unreadable(
                    file,
                    Files.isDirectory(file)
                            ? "is a directory. Name a rules file."
                            : "cannot be read (" + e + "). Name a rules file.",
                    e);
        }
        boolean empty = text.replace("\uFEFF", "")
                .lines()
                .map(String::strip)
                .allMatch(line -> line.isEmpty() || line.startsWith("#"));
        if (empty) throw unreadable(file, "holds no rules. Write one a line, such as: cats = cat has:images", null);
        return text;
    }

    private static CliException unreadable(Path file, String sentence, @Nullable Exception cause) {
        String message = Text.line("The rules file " + name(file) + " " + sentence);
        return cause == null ? CliException.usage(message) : new CliException(ExitCode.USAGE, message, cause);
    }

    static RuleSet parse(Path file, String text) {
        return RuleSet.parse(name(file), text);
    }

    private static String name(Path file) {
        return file.equals(STANDARD_INPUT) ? "standard input" : file.toString();
    }

    /**
     * Returns the findings of a severity about rules. Each finding names the rule's tag, and marks the place in the
     * rule with a caret.
     */
    static List<String> findings(RuleSet rules, Access access, RuleFinding.Severity severity, Set<String> except) {
        List<String> findings = new ArrayList<>();
        for (WantedRule rule : rules.rules()) {
            if (except.contains(rule.value())) continue;
            for (RuleFinding finding : RuleSyntax.check(rule.value(), maxLength(access))) {
                if (finding.severity() == severity) {
                    findings.add(rule.tag() + ": " + finding.pointAt(rule.value()));
                }
            }
        }
        return findings;
    }

    private static int maxLength(Access access) {
        return access == Access.PAY_PER_USE ? RuleSyntax.PAY_PER_USE_MAX_LENGTH : RuleSyntax.ENTERPRISE_MAX_LENGTH;
    }
}
