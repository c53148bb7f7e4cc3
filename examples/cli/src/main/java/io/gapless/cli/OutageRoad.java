package io.gapless.cli;

import io.gapless.recovery.Access;
import java.time.Duration;

/** By which road X gives back the posts of an outage: a pure function of its length and of what the account may do. */
final class OutageRoad {
    /** Posts come late and clocks differ: this much before the outage is asked for again. */
    private static final Duration OVERLAP = Duration.ofMinutes(1);

    private static final Duration BACKFILL_MAX = Duration.ofMinutes(5);
    private static final Duration JOBS_MAX = Duration.ofHours(24);
    private static final Duration JOB_MAX = Duration.ofHours(2);
    private static final Duration SEARCH_MAX = Duration.ofDays(7);

    private OutageRoad() {}

    static String of(Duration outage, Access access) {
        return switch (access) {
            case ENTERPRISE -> enterprise(outage);
            case PAY_PER_USE -> payPerUse(outage.plus(OVERLAP));
            case AUTO -> "Enterprise: " + enterprise(outage) + "; pay-per-use: " + payPerUse(outage.plus(OVERLAP));
        };
    }

    private static String enterprise(Duration outage) {
        Duration age = outage.plus(OVERLAP);
        if (outage.compareTo(BACKFILL_MAX) <= 0) {
            long minutes = Math.min(BACKFILL_MAX.toMinutes(), ceilDiv(age, Duration.ofMinutes(1)));
            String rest = age.compareTo(BACKFILL_MAX) > 0 ? ", and the rest by a recovery job" : "";
            return "sent again on the next connection (backfill_minutes=" + minutes + ")" + rest;
        }
        if (age.compareTo(JOBS_MAX) <= 0) return jobs(age);
        return jobs(JOBS_MAX) + " for the last 24 h, and for what is older "
                + search(age, "and full-archive search where the account has it");
    }

    private static String jobs(Duration age) {
        long count = ceilDiv(age, JOB_MAX);
        return count == 1 ? "a recovery job" : count + " recovery jobs";
    }

    private static String payPerUse(Duration age) {
        return search(age, "nothing beyond") + ", paid per post";
    }

    private static String search(Duration age, String beyond) {
        return age.compareTo(SEARCH_MAX) <= 0 ? "recent search" : "recent search for the last 7 days, " + beyond;
    }

    private static long ceilDiv(Duration length, Duration unit) {
        return (length.toMillis() + unit.toMillis() - 1) / unit.toMillis();
    }
}
