package io.gapless.recovery.plan;

import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Turns uncovered spans into plans. All functions here are pure: their results depend only on the uncovered spans, on
 * what the account may use, and on X's time. Before a connect, {@link #backfillMinutes} chooses the backfill. After the
 * connect, {@link #plan} makes the plan, by the time in X's answer. The plan is made again whenever a step may begin,
 * because X's windows move with the time.
 *
 * <pre>
 *              7 days            24 h                       5 min    now
 *  ──────────────┼─────────────────┼──────────────────────────┼───────┤
 *  archive or    │     search      │      jobs of ≤ 2 h       │ backfill   Enterprise
 *  unrecoverable │                search                      │            pay-per-use
 * </pre>
 */
public final class RecoveryPlanner {
    public static final int BACKFILL_MAX_MINUTES = 5;
    /**
     * Subtracted from the reach of each backfill. X counts the minutes back by its own clock, which is known here to
     * about two seconds.
     */
    public static final Duration BACKFILL_MARGIN = Duration.ofSeconds(3);
    /**
     * The minutes of backfill to request when every uncovered span starts before a backfill's reach. Recovery jobs
     * recover these spans. The backfill makes sure that no post is missed between the last job and the connect.
     */
    static final int SEAM_MINUTES = 2;

    public static final Duration JOB_WINDOW = Duration.ofHours(24);
    static final Duration JOB_MAX = Duration.ofHours(2);
    /**
     * How old the end of a job's span must be before the job may start. X indexes posts with a delay, so a job up to
     * now would miss the last ones.
     */
    public static final Duration JOB_FRESHNESS = Duration.ofSeconds(60);

    public static final Duration SEARCH_WINDOW = Duration.ofDays(7);
    static final Duration SEARCH_FRESHNESS = Duration.ofSeconds(10);
    /**
     * How far inside the old edge of X's window a step must start. The window moves while the request is on its way,
     * and X refuses a request that arrives outside the window.
     */
    static final Duration WINDOW_MARGIN = Duration.ofSeconds(90);

    public static final String NOT_SEARCHABLE =
            "this stream has no rules to search by, and neither a backfill nor a recovery job reaches this span";

    public static final String WINDOW_PASSED = "window passed: this is older than the 7 days that recent search serves";

    private RecoveryPlanner() {}

    /**
     * Returns how many minutes of backfill the next connect of the live stream requests: enough to reach the oldest
     * uncovered span, but at most 5. If the account has recovery jobs, older spans are left to them. If only such older
     * spans are uncovered, the result is {@link #SEAM_MINUTES}.
     *
     * @param uncovered the missing spans, including that of the current outage
     * @param overlap the margin for late posts, by which a gap begins before its outage
     * @param abilities what the account may do
     * @param now X's time
     * @return whole minutes, 1 to 5; empty for a connect without backfill
     */
    public static OptionalInt backfillMinutes(
            List<Span> uncovered, Duration overlap, Abilities abilities, Instant now) {
        if (!abilities.backfill() || uncovered.isEmpty()) return OptionalInt.empty();
        Instant reach =
                abilities.jobs() ? now.minus(overlap).minus(Duration.ofMinutes(BACKFILL_MAX_MINUTES)) : Instant.MIN;
        return uncovered.stream()
                .map(Span::from)
                .filter(from -> !from.isBefore(reach))
                .min(Comparator.naturalOrder())
                .map(from -> OptionalInt.of(minutes(Duration.between(from, now).plus(BACKFILL_MARGIN))))
                .orElse(OptionalInt.of(SEAM_MINUTES));
    }

    /**
     * Returns the span that a connect at {@code now} recovers if it requests this many minutes of backfill: the
     * backfill's reach, and the overlap after {@code now}, whose posts arrive live.
     */
    public static Span backfilled(int minutes, Duration overlap, Instant now) {
        return new Span(now.minus(Duration.ofMinutes(minutes)).plus(BACKFILL_MARGIN), now.plus(overlap));
    }

    /**
     * Returns the plan for an outage that ends now.
     *
     * @param outage the length of the outage
     * @param overlap the margin for late posts on both sides
     * @param abilities what the account may do
     * @param now X's time
     * @return the backfill, if there is one, and the steps for the spans that it does not reach
     */
    public static RecoveryPlan planOutage(Duration outage, Duration overlap, Abilities abilities, Instant now) {
        Span gap = new Span(now.minus(outage).minus(overlap), now.plus(overlap));
        OptionalInt minutes = backfillMinutes(List.of(gap), overlap, abilities, now);
        Optional<Step> backfill = minutes.isEmpty()
                ? Optional.empty()
                : gap.common(backfilled(minutes.getAsInt(), overlap, now))
                        .map(span -> new Step(RecoveryMethod.BACKFILL, span, now));
        RecoveryPlan rest = plan(gap.minus(backfill.stream().map(Step::span).toList()), abilities, now);
        List<Step> steps = new ArrayList<>(rest.steps());
        backfill.ifPresent(steps::add);
        return new RecoveryPlan(steps, rest.lost());
    }

    private static int minutes(Duration age) {
        long ceiled = (age.toMillis() + 59_999) / 60_000;
        return (int) Math.max(1, Math.min(BACKFILL_MAX_MINUTES, ceiled));
    }

    /**
     * Assigns each uncovered span to recovery methods, by its age.
     *
     * @param uncovered the missing spans that no backfill is recovering, oldest first
     * @param abilities what the account may do
     * @param now X's time
     * @return steps that lie within X's windows, and the spans that lie within none of them
     */
    public static RecoveryPlan plan(List<Span> uncovered, Abilities abilities, Instant now) {
        List<Step> steps = new ArrayList<>();
        List<LostSpan> lost = new ArrayList<>();
        Instant jobsFrom = now.minus(JOB_WINDOW).plus(WINDOW_MARGIN);
        Instant searchFrom = now.minus(SEARCH_WINDOW).plus(WINDOW_MARGIN);
        for (Span gap : uncovered) {
            Instant searchUntil = abilities.jobs() ? jobsFrom : Instant.MAX;
            if (!abilities.search()) {
                part(gap, Instant.MIN, searchUntil).ifPresent(span -> lost.add(new LostSpan(span, NOT_SEARCHABLE)));
                part(gap, searchUntil, Instant.MAX).ifPresent(span -> addJobs(span, steps));
                continue;
            }
            part(gap, Instant.MIN, searchFrom).ifPresent(old -> {
                if (abilities.archiveSearch()) steps.add(step(RecoveryMethod.ARCHIVE_SEARCH, old, SEARCH_FRESHNESS));
                else lost.add(new LostSpan(old, WINDOW_PASSED));
            });
            part(gap, searchFrom, searchUntil)
                    .ifPresent(span -> steps.add(step(RecoveryMethod.SEARCH, span, SEARCH_FRESHNESS)));
            part(gap, searchUntil, Instant.MAX).ifPresent(span -> addJobs(span, steps));
        }
        return new RecoveryPlan(steps, lost);
    }

    private static Optional<Span> part(Span gap, Instant from, Instant until) {
        return Span.between(Span.later(gap.from(), from), Span.earlier(gap.until(), until));
    }

    private static void addJobs(Span span, List<Step> steps) {
        Instant end = ceiled(span.until());
        for (Instant from = floored(span.from()); from.isBefore(end); from = from.plus(JOB_MAX)) {
            Instant until = Span.earlier(from.plus(JOB_MAX), end);
            steps.add(new Step(RecoveryMethod.RECOVERY_JOB, new Span(from, until), until.plus(JOB_FRESHNESS)));
        }
    }

    private static Step step(RecoveryMethod method, Span span, Duration freshness) {
        Span whole = new Span(floored(span.from()), ceiled(span.until()));
        return new Step(method, whole, whole.until().plus(freshness));
    }

    /**
     * Rounds a moment down to a whole second, because X accepts only whole seconds. A start is rounded down and an end is
     * rounded up, so no post is left out.
     */
    private static Instant floored(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS);
    }

    private static Instant ceiled(Instant moment) {
        Instant floor = floored(moment);
        return floor.equals(moment) ? moment : floor.plusSeconds(1);
    }
}
