package io.gapless.cli;

import io.gapless.recovery.Access;
import io.gapless.recovery.RecoveryPlan;
import io.gapless.recovery.Road;
import io.gapless.recovery.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** In words, by which road X gives back the posts of an outage. The library decides. */
final class OutageRoad {
    /** A plan is as long as its outage, whenever that is. */
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private OutageRoad() {}

    static String of(Duration outage, Access access) {
        return switch (access) {
            case ENTERPRISE -> describe(outage, Access.ENTERPRISE);
            case PAY_PER_USE -> describe(outage, Access.PAY_PER_USE) + ", paid per post";
            case AUTO ->
                "Enterprise: " + of(outage, Access.ENTERPRISE) + "; pay-per-use: " + of(outage, Access.PAY_PER_USE);
        };
    }

    private static String describe(Duration outage, Access access) {
        RecoveryPlan plan = RecoveryPlan.ofOutage(outage, access, NOW);
        List<String> roads = new ArrayList<>();
        if (count(plan, Road.BACKFILL) > 0) roads.add("the next connection asks for the last minutes again");
        long jobs = count(plan, Road.RECOVERY_JOB);
        if (jobs > 0) roads.add(jobs == 1 ? "a recovery job" : jobs + " recovery jobs");
        if (count(plan, Road.SEARCH) > 0) roads.add("recent search");
        if (!plan.lost().isEmpty()) roads.add("full-archive search for what is older, where the account has it");
        return String.join(", and ", roads);
    }

    private static long count(RecoveryPlan plan, Road road) {
        return plan.steps().stream().map(Step::road).filter(road::equals).count();
    }
}
