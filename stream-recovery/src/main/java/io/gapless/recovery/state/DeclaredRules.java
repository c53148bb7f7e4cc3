package io.gapless.recovery.state;

import io.gapless.stream.rules.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes down which rules a process declares, and compares them with those of another process. Two processes that share
 * a stream and declare different rules would change X's rules at each takeover.
 *
 * <pre>
 *  note:  TAG TAB VALUE            one line for each rule, sorted; empty without declared rules
 * </pre>
 */
public final class DeclaredRules {
    private static final int SHOWN_MAX = 3;
    private static final int RULE_SHOWN_MAX = 80;

    private DeclaredRules() {}

    /** Returns the note of a process. */
    public static String note(Optional<RuleSet> declared) {
        return declared.stream()
                .flatMap(set -> set.rules().stream())
                .map(rule -> rule.tag() + "\t" + rule.value())
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    /**
     * Returns how the rules of two processes differ.
     *
     * @param held the note of the process that holds the stream
     * @param own the note of this process
     * @return the difference, for people; empty if the rules are the same
     */
    public static Optional<String> difference(String held, String own) {
        if (held.equals(own)) return Optional.empty();
        if (held.isEmpty()) return Optional.of("that one declares no rules, and this one does");
        if (own.isEmpty()) return Optional.of("that one declares rules, and this one does not");
        List<String> parts = new ArrayList<>();
        part("only that one declares ", minus(held, own)).ifPresent(parts::add);
        part("only this one declares ", minus(own, held)).ifPresent(parts::add);
        return Optional.of(String.join("; ", parts));
    }

    private static Set<String> minus(String rules, String others) {
        Set<String> rest = new TreeSet<>(List.of(rules.split("\n")));
        rest.removeAll(List.of(others.split("\n")));
        return rest;
    }

    private static Optional<String> part(String words, Set<String> rules) {
        if (rules.isEmpty()) return Optional.empty();
        String shown = rules.stream().limit(SHOWN_MAX).map(DeclaredRules::shown).collect(Collectors.joining(", "));
        int more = rules.size() - SHOWN_MAX;
        return Optional.of(words + shown + (more > 0 ? " and " + more + " more" : ""));
    }

    private static String shown(String rule) {
        String text = rule.replaceFirst("\t", " = ");
        return "'" + (text.length() > RULE_SHOWN_MAX ? text.substring(0, RULE_SHOWN_MAX) + "…" : text) + "'";
    }
}
