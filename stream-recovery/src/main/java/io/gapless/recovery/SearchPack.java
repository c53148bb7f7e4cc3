package io.gapless.recovery;

import java.util.List;

/**
 * Rules that search is asked for with one query.
 *
 * @param query their queries, joined with OR
 * @param rules at least one
 */
record SearchPack(String query, List<SearchRule> rules) {
    SearchPack {
        rules = List.copyOf(rules);
    }

    /** Each rule with a query of its own. */
    List<SearchPack> apart() {
        return rules.stream().map(SearchPack::of).toList();
    }

    static SearchPack of(SearchRule rule) {
        return new SearchPack(rule.translation().query().orElseThrow(), List.of(rule));
    }
}
