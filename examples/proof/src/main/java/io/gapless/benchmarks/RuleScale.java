package io.gapless.benchmarks;

import io.gapless.proof.kit.Text;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Measures whether the cost of a rule depends on the number of rules. */
final class RuleScale implements Study {
    static final String SYNC = "the plan of a sync";
    static final String SEARCH = "queries for search";

    private static final Map<String, String> TITLES = Map.of("ruleSync", SYNC, "searchPacking", SEARCH);

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Table table = Table.begin("Plans for many rules", "rules");
        Chart chart = Chart.begin("rules", "A rule's cost against the number of rules", "rules", "µs per rule");
        for (Jmh.Result result : Jmh.run(effort, "ruleSync", "searchPacking")) {
            String title = TITLES.getOrDefault(result.method(), result.method());
            double rules = Double.parseDouble(result.parameter());
            String row = Text.of("%,.0f", rules);
            table.put(row, title + ", ms", result.nanos().times(1e-6));
            table.put(row, title + ", µs per rule", result.nanos().times(1e-3 / rules));
            table.put(row, title + ", bytes allocated per rule", Spread.of(result.allocatedBytes() / rules));
            chart.put(title, rules, result.nanos().median() * 1e-3 / rules);
        }
        return new Chapter(
                "rules",
                "Does a rule cost the same among many?",
                Jmh.METHOD
                        + "25,000 rules are the most that X allows. The plan of a sync compares the wanted rules with those on"
                        + " X, of which a tenth are surplus and as many are new. Queries for search translate all rules and join"
                        + " them with OR up to the 512 characters that X accepts. Both are computed in memory; X's answers, one"
                        + " request per 100 rules, take longer.",
                List.of(table),
                List.of(chart),
                List.of());
    }
}
