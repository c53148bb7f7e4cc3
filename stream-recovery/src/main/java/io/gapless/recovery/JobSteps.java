package io.gapless.recovery;

import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.api.BackOff;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/**
 * Runs the steps whose method is recovery job, two jobs at a time, or fewer while other streams of the account run jobs.
 * One job serves short steps that overlap or adjoin, even of different gaps: a process that restarts again and again
 * opens a gap each time, and X limits the connects. After such a job has failed, its gaps have jobs of their own, so that
 * none of them shares the fate of another one. Owns the running jobs, the gaps with jobs of their own, the count of live
 * connections that ended because of a job, and the time until which jobs are parked. Runs on the stream's thread.
 */
final class JobSteps {
    /** How many recovery jobs X runs at a time. */
    private static final int JOBS_MAX = 2;
    /** The longest span of steps that one job serves. Longer spans are faster with two jobs at a time. */
    private static final Duration JOINED_MAX = Duration.ofMinutes(30);

    private final Recovery.Host host;
    private final XClock x;
    private final Entitlement entitlement;
    private final OpenGaps gaps;
    private final KnownIds ids;
    private final IntSupplier allowed;
    private final List<ActiveJob> jobs = new ArrayList<>();
    /** The jobs that have given up their slots, because they only wait for posts at which the handler has failed. */
    private final Set<ActiveJob> resting = new HashSet<>();

    /** The gaps that share no job any more. */
    private final Set<Long> apart = new HashSet<>();

    /** When the next job may be opened, by the monotonic clock. */
    private long openAgainNanos;

    private int evictions;
    private int parkings;
    private Instant parkedUntil = Instant.MIN;

    /** A chunk that is being fetched, and the claims that it serves, by their start. */
    private record ActiveJob(Span chunk, List<Claim> claims, JobFetch fetch) {}

    JobSteps(Recovery.Host host, XClock x, Entitlement entitlement, OpenGaps gaps, KnownIds ids, IntSupplier allowed) {
        this.host = host;
        this.x = x;
        this.entitlement = entitlement;
        this.gaps = gaps;
        this.ids = ids;
        this.allowed = allowed;
        this.openAgainNanos = host.time().nanoTime();
    }

    /**
     * Starts jobs for steps that may start now, as long as a slot is free.
     *
     * @param due the steps, in the order in which they are to start
     */
    void begin(List<Claim> due, Instant now) {
        apart.removeIf(gapId -> gaps.get(gapId) == null);
        List<Claim> rest = new ArrayList<>(due);
        while (!rest.isEmpty() && isSlotFree() && host.time().nanoTime() - openAgainNanos >= 0) {
            Set<Claim> joined = joined(rest);
            rest.removeAll(joined);
            beginOne(joined, now);
        }
    }

    /** Returns the first claim, and those that one job can serve together with it. */
    private Set<Claim> joined(List<Claim> due) {
        Claim first = due.get(0);
        Set<Claim> joined = new HashSet<>(List.of(first));
        if (apart.contains(first.gapId())) return joined;
        Span whole = first.span();
        int before = 0;
        while (joined.size() > before) {
            before = joined.size();
            for (Claim claim : due)
                if (!apart.contains(claim.gapId()) && isJoinable(whole, claim.span()) && joined.add(claim))
                    whole = Span.enclosing(whole, claim.span());
        }
        return joined;
    }

    private static boolean isJoinable(Span whole, Span part) {
        if (part.from().isAfter(whole.until()) || whole.from().isAfter(part.until())) return false;
        Span both = Span.enclosing(whole, part);
        return both.length().compareTo(JOINED_MAX) <= 0 || both.equals(whole) || both.equals(part);
    }

    /**
     * Starts one job, if the ids of at least the first half of its span are in memory, so that repeats can be dropped.
     * Only the part whose ids are in memory is started. The steps run once the request is sent: if the request must
     * wait, a connect may come first, and its backfill recovers the span without a job.
     */
    private void beginOne(Set<Claim> joined, Instant now) {
        Span whole = joined.stream().map(Claim::span).reduce(Span::enclosing).orElseThrow();
        Optional<Span> front = ids.front(whole);
        if (front.isEmpty() || isAskedFor(front.get())) return;
        Span chunk = front.get();
        List<Claim> claims = joined.stream()
                .flatMap(claim -> claim.within(chunk).stream())
                .sorted(Comparator.comparing((Claim claim) -> claim.span().from())
                        .thenComparing(Claim::gapId))
                .toList();
        JobFetch fetch = new JobFetch(
                host,
                x,
                chunk,
                claims.stream().map(claim -> claim.span().until()).toList());
        fetch.step(now);
        if (!fetch.hasAsked()) {
            openAgainNanos = fetch.nextTryNanos();
            return;
        }
        jobs.add(new ActiveJob(chunk, claims, fetch));
        for (Claim claim : claims) {
            Gap gap = gaps.get(claim.gapId());
            if (gap != null) gaps.keep(GapChanges.running(gap, claim.step()));
        }
    }

    void step(Instant now) {
        for (ActiveJob job : List.copyOf(jobs)) {
            if (!hasSlot(job)) continue;
            job.fetch().step(now);
            if (job.fetch().state() != JobFetch.State.GOING_ON) ended(job);
        }
        tally();
    }

    /**
     * Returns whether a job has a slot. A job that only waits for posts at which the handler has failed gives its slot
     * to other jobs, so that such a post does not hold up other chunks.
     */
    private boolean hasSlot(ActiveJob job) {
        if (job.fetch().isAtRest()) {
            resting.add(job);
            return false;
        }
        if (!resting.contains(job)) return true;
        if (!isSlotFree() || isAskedFor(job.chunk())) return false;
        resting.remove(job);
        return true;
    }

    private boolean isSlotFree() {
        return jobs.size() - resting.size() < Math.min(JOBS_MAX, allowed.getAsInt());
    }

    /**
     * Returns whether another job asks X for a span. Two gaps may want the same one; X is asked for one of them at a
     * time, so that it is not asked again sooner than the first one's back-off allows.
     */
    private boolean isAskedFor(Span span) {
        return jobs.stream()
                .anyMatch(job -> !resting.contains(job) && job.chunk().equals(span));
    }

    /** Adds the progress of the running jobs to their gaps. */
    void tally() {
        for (ActiveJob job : jobs) {
            for (int i = 0; i < job.claims().size(); i++) {
                Claim claim = job.claims().get(i);
                gaps.progressed(
                        claim.gapId(),
                        claim.step(),
                        job.fetch().fresh(i),
                        job.fetch().duplicates(i));
            }
        }
    }

    private void ended(ActiveJob job) {
        jobs.remove(job);
        resting.remove(job);
        JobFetch fetch = job.fetch();
        JobFetch.State end = end(job);
        // X may have sent no post because the rules match few posts, or because it ignores jobs of this account. So an
        // unproven job counts only if it is proven that X sends posts again for this account.
        boolean proven = entitlement.isProven();
        for (int i = 0; i < job.claims().size(); i++) {
            Claim claim = job.claims().get(i);
            Gap gap = gaps.get(claim.gapId());
            if (gap != null) keep(gap, claim.step(), end, fetch, i, proven);
        }
        switch (end) {
            case DONE -> {
                if (!fetch.hasCostLive()) evictions = 0;
                parkings = 0;
            }
            case DONE_UNPROVEN -> {
                if (!proven) parkIfAlone(fetch.note());
            }
            case UNREADABLE -> parkIfAlone(fetch.note());
            case REFUSED -> {
                entitlement.refused(fetch.note());
                parkIfAlone(fetch.note());
            }
            case PARKED -> {
                if (!areParked(x.instant())) park(fetch.note());
            }
            case GIVEN_UP, RECUT -> {}
            case GOING_ON -> throw new AssertionError("it has ended");
        }
    }

    /**
     * Returns how a job has ended. If it has several gaps, and ended by something that may concern only one of them, they
     * are planned again with jobs of their own.
     */
    private JobFetch.State end(ActiveJob job) {
        JobFetch.State state = job.fetch().state();
        boolean mayConcernOne =
                state == JobFetch.State.UNREADABLE || state == JobFetch.State.GIVEN_UP || state == JobFetch.State.RECUT;
        Set<Long> gapIds = job.claims().stream().map(Claim::gapId).collect(Collectors.toSet());
        if (!mayConcernOne || gapIds.size() == 1) return state;
        apart.addAll(gapIds);
        return JobFetch.State.RECUT;
    }

    /** Keeps what a job has achieved for one of its claims. */
    private void keep(Gap gap, Step step, JobFetch.State end, JobFetch fetch, int claim, boolean proven) {
        Span span = step.span();
        switch (end) {
            case DONE -> {
                Gap next = gap;
                for (LostSpan part : fetch.lost()) {
                    Optional<Span> own = part.span().common(span);
                    if (own.isPresent()) next = GapChanges.withLost(next, own.get(), part.reason());
                }
                gaps.keep(next, fetch.run(step, claim, StepRun.State.DONE));
            }
            case DONE_UNPROVEN ->
                gaps.keep(gap, fetch.run(step, claim, proven ? StepRun.State.DONE_UNPROVEN : StepRun.State.FAILED));
            case GIVEN_UP -> {
                StepRun run = fetch.run(step, claim, StepRun.State.DONE);
                gaps.keep(GapChanges.withDoubt(gap, span, Doubt.ANSWERS_DIFFER, run.note()), run);
            }
            case UNREADABLE, REFUSED -> gaps.keep(gap, fetch.run(step, claim, StepRun.State.FAILED));
            case RECUT -> gaps.keep(cut(gap, fetch.run(step, claim, StepRun.State.CUT)));
            case PARKED -> {
                StepRun run = fetch.run(step, claim, StepRun.State.REFUSED);
                gaps.refused(cut(gap, run), StepRun.of(step).with(StepRun.State.REFUSED, run.note()));
            }
            case GOING_ON -> throw new AssertionError("it has ended");
        }
    }

    private static Gap cut(Gap gap, StepRun run) {
        Step step = run.step();
        return GapChanges.cut(GapChanges.withoutRunning(gap, step::equals), step, run.fresh(), run.duplicates());
    }

    /** Parks recovery jobs if search cannot take their place, so that the job is retried later. */
    private void parkIfAlone(String why) {
        Instant now = x.instant();
        if (!entitlement.abilities(now).search() && !areParked(now)) park(why);
    }

    /**
     * Returns whether recovery jobs are parked. While they are parked, search takes their place if the stream has
     * rules.
     */
    boolean areParked(Instant now) {
        return now.isBefore(parkedUntil);
    }

    private void park(String why) {
        Duration length = BackOff.parked(++parkings);
        parkedUntil = x.instant().plus(length);
        host.event(new RecoveryEvent.MethodParked(
                host.time().instant(),
                RecoveryMethod.RECOVERY_JOB,
                why,
                host.time().instant().plus(length)));
    }

    /**
     * Handles the end of the live connection. If X allows only one connection, a recovery job may have caused the end.
     * One such end may be a coincidence, so two in a row count as a refusal.
     */
    void noticeEviction(Instant now) {
        List<JobFetch> suspects = jobs.stream()
                .map(ActiveJob::fetch)
                .filter(fetch -> fetch.wasAskedWithin(Entitlement.EVICTED_WITHIN, now))
                .toList();
        if (suspects.isEmpty()) return;
        suspects.forEach(JobFetch::costLive);
        if (++evictions < Entitlement.EVICTIONS_MAX) return;
        evictions = 0;
        entitlement.refused("twice, the live connection ended within %d s after a recovery job had started"
                .formatted(Entitlement.EVICTED_WITHIN.toSeconds()));
        jobs.forEach(job -> job.fetch().refuse("it may end the live connection"));
    }
}
