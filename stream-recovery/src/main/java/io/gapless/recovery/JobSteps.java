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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * Runs the steps whose method is recovery job, two at a time, or fewer while other streams of the account run jobs. Owns
 * the running jobs, the count of live connections that ended because of a job, and the time until which jobs are parked.
 * Runs on the stream's thread.
 */
final class JobSteps {
    /** How many recovery jobs X runs at a time. */
    private static final int JOBS_MAX = 2;

    private final Recovery.Host host;
    private final XClock x;
    private final Entitlement entitlement;
    private final OpenGaps gaps;
    private final KnownIds ids;
    private final IntSupplier allowed;
    private final List<ActiveJob> jobs = new ArrayList<>();
    /** The jobs that have given up their slots, because they only wait for posts at which the handler has failed. */
    private final Set<ActiveJob> resting = new HashSet<>();

    /** When the next job may be opened, by the monotonic clock. */
    private long openAgainNanos;

    private int evictions;
    private int parkings;
    private Instant parkedUntil = Instant.MIN;

    /** A chunk that is being fetched, and the gap that it belongs to. */
    private record ActiveJob(long gapId, Step step, JobFetch fetch) {}

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
     * Starts a step, if a slot is free and if the ids of at least its first half are in memory, so that repeats can be
     * dropped. Only the part whose ids are in memory is started. The step runs once its request is sent: if the request
     * must wait, a connect may come first, and its backfill recovers the span without a job.
     */
    void begin(Gap gap, Step step, Instant now) {
        if (!isSlotFree() || host.time().nanoTime() - openAgainNanos < 0) return;
        Optional<Span> front = ids.front(step.span());
        if (front.isEmpty() || isAskedFor(front.get())) return;
        Step chunk = new Step(step.method(), front.get(), step.notBefore());
        JobFetch fetch = new JobFetch(host, x, chunk.span());
        fetch.step(now);
        if (!fetch.hasAsked()) {
            openAgainNanos = fetch.nextTryNanos();
            return;
        }
        jobs.add(new ActiveJob(gap.id(), chunk, fetch));
        gaps.keep(GapChanges.running(gap, chunk));
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
        if (!isSlotFree() || isAskedFor(job.step().span())) return false;
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
                .anyMatch(job -> !resting.contains(job) && job.step().span().equals(span));
    }

    /** Adds the progress of the running jobs to their gaps. */
    void tally() {
        for (ActiveJob job : jobs)
            gaps.progressed(
                    job.gapId(), job.step(), job.fetch().fresh(), job.fetch().duplicates());
    }

    private void ended(ActiveJob job) {
        jobs.remove(job);
        resting.remove(job);
        Gap gap = gaps.get(job.gapId());
        if (gap == null) return;
        JobFetch fetch = job.fetch();
        switch (fetch.state()) {
            case DONE -> {
                if (!fetch.hasCostLive()) evictions = 0;
                parkings = 0;
                for (LostSpan part : fetch.lost()) gap = GapChanges.withLost(gap, part.span(), part.reason());
                gaps.keep(gap, fetch.run(job.step(), StepRun.State.DONE));
            }
            case DONE_UNPROVEN -> {
                // X may have sent no post because the rules match few posts, or because it ignores jobs of this
                // account. So the step fails, unless it is proven that X sends posts again for this account.
                StepRun.State verdict = entitlement.isProven() ? StepRun.State.DONE_UNPROVEN : StepRun.State.FAILED;
                gaps.keep(gap, fetch.run(job.step(), verdict));
                if (verdict == StepRun.State.FAILED)
                    parkIfAlone(fetch.run(job.step(), verdict).note());
            }
            case GIVEN_UP -> {
                StepRun run = fetch.run(job.step(), StepRun.State.DONE);
                gaps.keep(GapChanges.withDoubt(gap, job.step().span(), Doubt.ANSWERS_DIFFER, run.note()), run);
            }
            case UNREADABLE -> {
                StepRun run = fetch.run(job.step(), StepRun.State.FAILED);
                gaps.keep(gap, run);
                parkIfAlone(run.note());
            }
            case RECUT -> {
                StepRun run = fetch.run(job.step(), StepRun.State.CUT);
                gaps.keep(GapChanges.cut(
                        GapChanges.withoutRunning(gap, job.step()::equals), job.step(), run.fresh(), run.duplicates()));
            }
            case REFUSED -> {
                StepRun run = fetch.run(job.step(), StepRun.State.FAILED);
                gaps.keep(gap, run);
                entitlement.refused(run.note());
                parkIfAlone(run.note());
            }
            case PARKED -> {
                StepRun run = fetch.run(job.step(), StepRun.State.REFUSED);
                Gap rest = GapChanges.cut(
                        GapChanges.withoutRunning(gap, job.step()::equals), job.step(), run.fresh(), run.duplicates());
                gaps.refused(rest, StepRun.of(job.step()).with(StepRun.State.REFUSED, run.note()));
                if (!areParked(x.instant())) park(run.note());
            }
            case GOING_ON -> throw new AssertionError("it has ended");
        }
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
