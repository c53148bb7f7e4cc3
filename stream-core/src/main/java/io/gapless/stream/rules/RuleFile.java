package io.gapless.stream.rules;

import io.gapless.stream.rules.syntax.RuleFinding;
import io.gapless.stream.rules.syntax.RuleSyntax;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads lines of the form {@code name = value}. A file with errors is refused with a list of its errors, and not only
 * with the first error.
 */
final class RuleFile {
    private static final int PROBLEMS_MAX = 20;

    private final String file;
    private final Map<String, String> valuesByName = new LinkedHashMap<>();
    private final Map<String, Integer> lineByValue = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private RuleFile(String file) {
        this.file = file;
    }

    static Map<String, String> parse(String file, String text) {
        RuleFile rules = new RuleFile(file);
        String[] lines = (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\r\n|\r|\n", -1);
        for (int i = 0; i < lines.length && rules.problems.size() < PROBLEMS_MAX; i++) {
            String line = lines[i];
            if (!line.isBlank() && !line.stripLeading().startsWith("#")) rules.line(i + 1, line);
        }
        if (!rules.problems.isEmpty()) throw RulesException.file(String.join("\n", rules.problems));
        if (rules.valuesByName.isEmpty()) {
            throw RulesException.file(file + " has no rule; write one rule per line, such as: cats = cat has:images");
        }
        return rules.valuesByName;
    }

    private void line(int number, String line) {
        int equals = line.indexOf('=');
        if (equals < 0) {
            problem(number, 1, "this line is not a rule; write it as: name = value");
            return;
        }
        String value = line.substring(equals + 1).strip();
        int valueAt = line.indexOf(value, equals + 1);
        OptionalInt comment = comment(value);
        if (comment.isPresent()) {
            problem(
                    number,
                    column(line, valueAt + comment.getAsInt()),
                    "a comment needs a line of its own; move this one to the line before or after the rule");
            return;
        }
        String name = line.substring(0, equals).strip();
        Optional<String> objection = RuleNames.objection(valuesByName, name, value);
        if (objection.isPresent()) {
            problem(number, 1, objection.get());
            return;
        }
        Integer twin = lineByValue.putIfAbsent(value, number);
        if (twin != null) {
            problem(
                    number,
                    column(line, valueAt),
                    "line " + twin + " has the same value, and X accepts each value once; remove one of the two");
            return;
        }
        valuesByName.put(name, value);
        for (RuleFinding finding : RuleSyntax.check(value, RuleSyntax.ENTERPRISE_MAX_LENGTH)) {
            if (finding.severity() == RuleFinding.Severity.ERROR) {
                problem(number, column(line, valueAt) + finding.column() - 1, finding.pointAt(value));
            }
        }
    }

    /**
     * Returns where a comment begins behind a value: at a {@code #} outside of quotes that has white space or no
     * character on both sides. A hashtag has no white space behind its {@code #}. Empty if there is no comment.
     */
    private static OptionalInt comment(String value) {
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && quoted) i++;
            else if (c == '"') quoted = !quoted;
            else if (c == '#' && !quoted && isBlank(value, i - 1) && isBlank(value, i + 1)) return OptionalInt.of(i);
        }
        return OptionalInt.empty();
    }

    private static boolean isBlank(String value, int at) {
        return at < 0 || at >= value.length() || Character.isWhitespace(value.charAt(at));
    }

    private static int column(String line, int at) {
        return line.codePointCount(0, at) + 1;
    }

    private void problem(int line, int column, String message) {
        problems.add(file + ":" + line + ":" + column + ": " + message);
    }
}
