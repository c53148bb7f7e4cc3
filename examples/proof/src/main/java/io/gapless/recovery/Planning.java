package io.gapless.recovery;

import io.gapless.recovery.ledger.RecoveryPlan;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.plan.Abilities;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.recovery.search.Packer;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RulePlan;
import io.gapless.stream.rules.RuleSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Measures how long it takes to plan a gap, a rule sync, and the queries for many rules. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.MICROSECONDS)
public class Planning {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    /** Plans a gap of two days: recovery jobs for the last 24 hours, search for the older part. */
    @Benchmark
    public RecoveryPlan planner() {
        return RecoveryPlanner.plan(
                List.of(new Span(NOW.minus(Duration.ofDays(2)), NOW)), new Abilities(true, true, true, false), NOW);
    }

    @Benchmark
    public RulePlan ruleSync(ManyRules many) {
        return RulePlan.between(many.wanted, many.held);
    }

    @Benchmark
    public Object searchPacking(ManyRules many) {
        return Packer.pack(many.held, Packer.RECENT_MAX_LENGTH);
    }

    /**
     * Holds the rules on X and the wanted rules. A tenth of the rules on X are surplus, and a tenth of the wanted rules
     * are missing on X.
     */
    @State(Scope.Benchmark)
    public static class ManyRules {
        @Param({"10", "100", "1000", "5000", "25000"})
        public int rules;

        private final List<Rule> held = new ArrayList<>();
        private RuleSet wanted = RuleSet.of("cats", "cat");

        @Setup
        public void prepare() {
            StringJoiner lines = new StringJoiner("\n");
            for (int i = 0; i < rules; i++) {
                held.add(new Rule(Long.toString(1_000_000L + i), value(i), "gapless:rule" + i));
                int n = i + rules / 10;
                lines.add("rule" + n + " = " + value(n));
            }
            wanted = RuleSet.parse(lines.toString());
        }

        private static String value(int i) {
            return "cat" + i + " has:images -is:retweet";
        }
    }
}
