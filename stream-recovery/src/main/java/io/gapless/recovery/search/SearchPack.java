package io.gapless.recovery.search;

import java.util.List;

/**
 * Holds the rules that one query of search covers.
 *
 * @param query the queries of the rules, joined with OR
 * @param rules the rules, at least one
 */
public record SearchPack(String query, List<SearchRule> rules) {
    public SearchPack {
        rules = List.copyOf(rules);
    }

    /** Returns one pack for each rule. */
    List<SearchPack> apart() {
        return rules.stream().map(SearchPack::of).toList();
    }

    static SearchPack of(SearchRule rule) {
        return new SearchPack(rule.translation().query().orElseThrow(), List.of(rule));
    }
}
