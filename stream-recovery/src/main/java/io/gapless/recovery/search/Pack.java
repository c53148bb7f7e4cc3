package io.gapless.recovery.search;

import java.util.List;

/**
 * Holds the rules that one query of search covers.
 *
 * @param query the queries of the rules, joined with OR
 * @param rules the rules, at least one
 */
public record Pack(String query, List<PackedRule> rules) {
    public Pack {
        rules = List.copyOf(rules);
    }

    /** Returns one pack for each rule. */
    List<Pack> apart() {
        return rules.stream().map(Pack::of).toList();
    }

    static Pack of(PackedRule rule) {
        return new Pack(rule.translation().query().orElseThrow(), List.of(rule));
    }
}
