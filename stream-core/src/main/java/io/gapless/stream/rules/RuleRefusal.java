package io.gapless.stream.rules;

import java.util.List;

/**
 * Why X refuses one rule.
 *
 * @param value the rule's value; empty if X does not say which rule it means
 * @param name X's name for the problem, such as {@code UnprocessableEntity} or {@code RulesCapExceeded}
 * @param details X's sentences, perhaps none
 */
public record RuleRefusal(String value, String name, List<String> details) {
    /** The name under which X's cap is told, whatever X titles it. */
    static final String CAP = "RulesCapExceeded";

    private static final int FINDINGS_SHOWN = 3;

    /**
     * Keeps a copy.
     *
     * @param value the rule's value
     * @param name X's name for the problem
     * @param details X's sentences
     */
    public RuleRefusal {
        details = List.copyOf(details);
    }

    boolean isCap() {
        return name.equals(CAP);
    }

    /**
     * The refusal for people: X's words, and below them what a look at the rule finds, with a caret at the place.
     *
     * @return one or more lines without a line break at the end
     */
    public String describe() {
        StringBuilder text = new StringBuilder(value.isEmpty() ? "(X does not say which rule)" : RuleText.shown(value))
                .append(": ")
                .append(RuleText.shown(name));
        details.forEach(detail -> text.append(" · ").append(detail));
        if (!value.isEmpty()) {
            RuleSyntax.check(value, RuleSyntax.ENTERPRISE_MAX_LENGTH).stream()
                    .limit(FINDINGS_SHOWN)
                    .forEach(finding -> text.append('\n').append(finding.pointAt(value)));
        }
        return text.toString();
    }
}
