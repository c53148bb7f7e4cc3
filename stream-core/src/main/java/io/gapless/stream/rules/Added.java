package io.gapless.stream.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What holds after rules were sent to X.
 *
 * @param there the rules that X holds, made now or before
 * @param refusals those that X does not hold, and why
 * @param open those that X does not hold, without a word about them
 */
record Added(List<Rule> there, List<RuleRefusal> refusals, List<WantedRule> open) {
    static final Added NONE = new Added(List.of(), List.of(), List.of());

    /** Puts together what X said and what it holds. */
    static Added of(List<WantedRule> wanted, AddAnswer said, List<Rule> held) {
        Map<String, Rule> byValue = new HashMap<>();
        Map<String, Rule> byId = new HashMap<>();
        // A rule that X has just made counts although its list may not show it yet.
        for (List<Rule> rules : List.of(held, said.created())) {
            for (Rule rule : rules) {
                byValue.put(rule.value(), rule);
                byId.put(rule.id(), rule);
            }
        }
        List<Rule> there = new ArrayList<>();
        List<WantedRule> missing = new ArrayList<>();
        for (WantedRule rule : wanted) {
            Rule found = byValue.get(rule.value());
            // X may write a value in another way than we do; then only the id of the duplicate leads to it.
            if (found == null) found = byId.get(said.idsOfDuplicates().getOrDefault(rule.value(), ""));
            if (found == null) missing.add(rule);
            else there.add(found);
        }
        return refused(there, missing, said.refusals());
    }

    /** An error that names none of the rules speaks of all that are missing. */
    private static Added refused(List<Rule> there, List<WantedRule> missing, List<RuleRefusal> said) {
        Set<String> missingValues = new HashSet<>();
        missing.forEach(rule -> missingValues.add(rule.value()));
        Map<String, RuleRefusal> byValue = new HashMap<>();
        RuleRefusal general = null;
        for (RuleRefusal refusal : said) {
            if (missingValues.contains(refusal.value())) byValue.put(refusal.value(), refusal);
            else if (general == null) general = refusal;
        }
        List<RuleRefusal> refusals = new ArrayList<>();
        List<WantedRule> open = new ArrayList<>();
        for (WantedRule rule : missing) {
            RuleRefusal refusal = byValue.getOrDefault(rule.value(), of(general, rule));
            if (refusal == null) open.add(rule);
            else refusals.add(refusal);
        }
        return new Added(there, refusals, open);
    }

    private static @Nullable RuleRefusal of(@Nullable RuleRefusal general, WantedRule rule) {
        return general == null ? null : new RuleRefusal(rule.value(), general.name(), general.details());
    }

    boolean capReached() {
        return refusals.stream().anyMatch(RuleRefusal::isCap);
    }

    Added withoutOpen() {
        return new Added(there, refusals, List.of());
    }

    Added and(Added more) {
        return new Added(joined(there, more.there), joined(refusals, more.refusals), joined(open, more.open));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }

    /** The rules that X holds, if those are all. */
    List<Rule> orThrow() {
        if (refusals.isEmpty() && open.isEmpty()) return there;
        List<RuleRefusal> all = new ArrayList<>(refusals);
        open.forEach(rule -> all.add(new RuleRefusal(
                rule.value(),
                "not created",
                List.of("X did not create the rule at two tries and gave no reason; try to add it alone"))));
        throw RulesException.refused(all);
    }
}
