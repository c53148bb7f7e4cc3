package io.gapless.stream.rules.syntax;

import io.gapless.stream.rules.syntax.RuleFinding.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects the findings about one rule. Callers give an index into the rule; each finding shows a column, in code
 * points from 1.
 */
final class Findings {
    private static final int MAX = 50;

    private final String rule;
    private final List<RuleFinding> found = new ArrayList<>();

    Findings(String rule) {
        this.rule = rule;
    }

    void error(int at, String message) {
        add(Severity.ERROR, at, message);
    }

    void warning(int at, String message) {
        add(Severity.WARNING, at, message);
    }

    private void add(Severity severity, int at, String message) {
        if (found.size() < MAX) found.add(new RuleFinding(severity, rule.codePointCount(0, at) + 1, message));
    }

    List<RuleFinding> byColumn() {
        return found.stream()
                .sorted(Comparator.comparingInt(RuleFinding::column))
                .toList();
    }
}
