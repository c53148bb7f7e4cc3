package io.gapless.stream.rules;

import java.util.List;

/**
 * Holds the reason why X refuses one rule.
 *
 * @param value the rule's value; empty if X does not name the rule
 * @param name X's name for the problem, such as {@code UnprocessableEntity} or {@code RulesCapExceeded}
 * @param details X's sentences; may be empty
 */
public record RuleRefusal(String value, String name, List<String> details) {
    /** The name of the problem when the cap is reached, whichever title X uses. */
    static final String CAP = "RulesCapExceeded";

    private static final int FINDINGS_SHOWN = 3;

    /**
     * Copies the list of sentences.
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
     * Describes the refusal for people: X's text, and below it what {@link RuleSyntax} finds in the rule, with a caret
     * at the place.
     *
     * @return one or more lines without a line break at the end
     */
    public String describe() {
        StringBuilder text = new StringBuilder(value.isEmpty() ? "(X does not name the rule)" : RuleText.shown(value))
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
