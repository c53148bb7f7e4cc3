package io.gapless.stream.rules;

import io.gapless.stream.rules.RuleSet.WantedRule;
import io.gapless.stream.rules.RulesException.RuleRefusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records which of the sent rules exist on X, and which do not.
 *
 * @param existing the rules that exist on X, created now or before
 * @param refusals the rules that X refused, and why
 * @param unexplained the rules that X did not create and gave no reason for
 */
record Added(List<Rule> existing, List<RuleRefusal> refusals, List<WantedRule> unexplained) {
    static final Added NONE = new Added(List.of(), List.of(), List.of());

    /** Combines X's answer with the list of all rules on X. */
    static Added of(List<WantedRule> wanted, AddAnswer answer, List<Rule> listed) {
        Map<String, Rule> byValue = new HashMap<>();
        Map<String, Rule> byId = new HashMap<>();
        // X's list may not show a rule yet that X has just created, so the created rules are added to it.
        for (List<Rule> rules : List.of(listed, answer.created())) {
            for (Rule rule : rules) {
                byValue.put(rule.value(), rule);
                byId.put(rule.id(), rule);
            }
        }
        List<Rule> existing = new ArrayList<>();
        List<WantedRule> missing = new ArrayList<>();
        for (WantedRule rule : wanted) {
            Rule found = byValue.get(rule.value());
            // X may write the value differently. Then only the id in X's duplicate error finds the rule.
            if (found == null) found = byId.get(answer.idsOfDuplicates().getOrDefault(rule.value(), ""));
            if (found == null) missing.add(rule);
            else existing.add(found);
        }
        return explained(existing, missing, answer.refusals());
    }

    /**
     * Finds the reason for each missing rule. The first error that names no missing rule applies to all missing rules
     * without an error of their own.
     */
    private static Added explained(List<Rule> existing, List<WantedRule> missing, List<RuleRefusal> errors) {
        Set<String> missingValues = new HashSet<>();
        missing.forEach(rule -> missingValues.add(rule.value()));
        Map<String, RuleRefusal> byValue = new HashMap<>();
        RuleRefusal general = null;
        for (RuleRefusal refusal : errors) {
            if (missingValues.contains(refusal.value())) byValue.put(refusal.value(), refusal);
            else if (general == null) general = refusal;
        }
        List<RuleRefusal> refusals = new ArrayList<>();
        List<WantedRule> unexplained = new ArrayList<>();
        for (WantedRule rule : missing) {
            RuleRefusal refusal = byValue.getOrDefault(rule.value(), of(general, rule));
            if (refusal == null) unexplained.add(rule);
            else refusals.add(refusal);
        }
        return new Added(existing, refusals, unexplained);
    }

    private static @Nullable RuleRefusal of(@Nullable RuleRefusal general, WantedRule rule) {
        return general == null ? null : new RuleRefusal(rule.value(), general.name(), general.details());
    }

    boolean capReached() {
        return refusals.stream().anyMatch(RuleRefusal::isCap);
    }

    Added withoutUnexplained() {
        return new Added(existing, refusals, List.of());
    }

    Added and(Added more) {
        return new Added(
                joined(existing, more.existing),
                joined(refusals, more.refusals),
                joined(unexplained, more.unexplained));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }

    /** Returns the rules on X. Throws if one of the sent rules does not exist. */
    List<Rule> orThrow() {
        if (refusals.isEmpty() && unexplained.isEmpty()) return existing;
        List<RuleRefusal> all = new ArrayList<>(refusals);
        unexplained.forEach(rule -> all.add(new RuleRefusal(
                rule.value(),
                "not created",
                List.of("X did not create the rule at two tries and gave no reason; try to add it alone"))));
        throw RulesException.refused(all);
    }
}
