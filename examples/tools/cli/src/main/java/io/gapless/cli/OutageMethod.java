package io.gapless.cli;

import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Returns, in words, the methods that recover an outage of a given length. The library's own planner chooses the
 * methods.
 */
final class OutageMethod {
    /**
     * The time for which the outage is planned. Any time gives the same plan, since the plan depends only on the
     * outage's length and the access.
     */
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private OutageMethod() {}

    static String of(Duration outage, Access access) {
        return switch (access) {
            case ENTERPRISE -> describe(outage, Access.ENTERPRISE);
            case PAY_PER_USE -> describe(outage, Access.PAY_PER_USE) + ", paid per post";
            case AUTO ->
                "Enterprise: " + of(outage, Access.ENTERPRISE) + "; pay-per-use: " + of(outage, Access.PAY_PER_USE);
        };
    }

    private static String describe(Duration outage, Access access) {
        RecoveryPlan plan = GaplessStream.planOutage(outage, access, NOW);
        List<String> methods = new ArrayList<>();
        if (count(plan, RecoveryMethod.BACKFILL) > 0) methods.add("backfill on the next connection");
        long jobs = count(plan, RecoveryMethod.RECOVERY_JOB);
        if (jobs > 0) methods.add(jobs == 1 ? "a recovery job" : jobs + " recovery jobs");
        if (count(plan, RecoveryMethod.SEARCH) > 0) methods.add("recent search");
        if (!plan.lost().isEmpty()) methods.add("full-archive search for what is older, where the account has it");
        return String.join(", then ", methods);
    }

    private static long count(RecoveryPlan plan, RecoveryMethod method) {
        return plan.steps().stream().map(Step::method).filter(method::equals).count();
    }
}
