package io.gapless.recovery;

import io.gapless.stream.Recovery;
import io.github.resilience4j.bulkhead.Bulkhead;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps by Recovery jobs, two at a time. Owner of the jobs under way, and of what their side effects on live teach us; on
 * the stream's thread.
 */
final class JobSteps {
    private final Recovery.Host host;
    private final XClock x;
    private final Duration overlap;
    private final Entitlement entitlement;
    private final OpenGaps gaps;
    private final Bulkhead slots = Bulkhead.of("jobs", RecoverySettings.TWO_JOBS);
    private final List<ActiveJob> jobs = new ArrayList<>();
    private int evictions;
    private int parkings;
    private Instant parkedUntil = Instant.MIN;

    /** A chunk being fetched, and the gap it belongs to. */
    private record ActiveJob(long gapId, Step step, JobFetch fetch) {}

    JobSteps(Recovery.Host host, XClock x, Duration overlap, Entitlement entitlement, OpenGaps gaps) {
        this.host = host;
        this.x = x;
        this.overlap = overlap;
        this.entitlement = entitlement;
        this.gaps = gaps;
    }

    /** Begins a step whose time has come, if a slot is free. */
    void begin(Gap gap, Step step, Instant now) {
        if (!slots.tryAcquirePermission()) return;
        JobFetch fetch = new JobFetch(host, x, step.span(), overlap);
        jobs.add(new ActiveJob(gap.id(), step, fetch));
        gaps.keep(gap.running(step));
        fetch.step(now);
    }

    void step(Instant now) {
        for (ActiveJob job : List.copyOf(jobs)) {
            job.fetch().step(now);
            if (job.fetch().state() != JobFetch.State.GOING_ON) ended(job);
        }
    }

    private void ended(ActiveJob job) {
        jobs.remove(job);
        slots.onComplete();
        Gap gap = gaps.get(job.gapId());
        if (gap == null) return;
        JobFetch fetch = job.fetch();
        switch (fetch.state()) {
            case DONE -> {
                if (!fetch.hasCostLive()) evictions = 0;
                parkings = 0;
                for (LostSpan part : fetch.lost()) gap = gap.withLost(part.span(), part.reason());
                gaps.keep(gap, fetch.run(job.step(), StepRun.State.DONE));
            }
            case DONE_UNPROVEN -> {
                // A quiet rule and a job that is no job look alike, unless X has shown that it sends anything again.
                StepRun.State verdict = entitlement.isProven() ? StepRun.State.DONE_UNPROVEN : StepRun.State.FAILED;
                gaps.keep(gap, fetch.run(job.step(), verdict));
            }
            case GIVEN_UP -> {
                StepRun run = fetch.run(job.step(), StepRun.State.DONE);
                gaps.keep(gap.withDoubt(job.step().span(), Doubt.ANSWERS_DIFFER, run.note()), run);
            }
            case UNREADABLE -> gaps.keep(gap, fetch.run(job.step(), StepRun.State.FAILED));
            case RECUT -> {
                StepRun run = fetch.run(job.step(), StepRun.State.CUT);
                gaps.keep(gap.withoutRunning(job.step()::equals).cut(job.step(), run.fresh(), run.duplicates()));
            }
            case REFUSED -> {
                StepRun run = fetch.run(job.step(), StepRun.State.FAILED);
                gaps.keep(gap, run);
                entitlement.refused(run.note());
            }
            case PARKED -> {
                StepRun run = fetch.run(job.step(), StepRun.State.REFUSED);
                Gap rest = gap.withoutRunning(job.step()::equals).cut(job.step(), run.fresh(), run.duplicates());
                gaps.refused(rest, StepRun.of(job.step()).with(StepRun.State.REFUSED, run.note()));
                if (!areParked(x.instant())) park(run.note());
            }
            case GOING_ON -> throw new AssertionError("it has ended");
        }
    }

    /** Until then search takes the place of jobs. */
    boolean areParked(Instant now) {
        return now.isBefore(parkedUntil);
    }

    private void park(String why) {
        Duration length = Ladders.parked(++parkings);
        parkedUntil = x.instant().plus(length);
        host.event(new RecoveryEvent.MethodParked(
                host.time().instant(),
                RecoveryMethod.RECOVERY_JOB,
                why,
                host.time().instant().plus(length)));
    }

    /** Live has ended. Where X allows one connection only, a job may have cost us that; once may be chance. */
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
