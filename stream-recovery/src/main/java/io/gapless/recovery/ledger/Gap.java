package io.gapless.recovery.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Describes a gap: a span in which posts may be missing, and everything that was done to recover it. Each gap is an
 * entry of the ledger. All times are X's. Immutable.
 *
 * @param id the number of the gap in its state directory, from 1
 * @param span the span in which posts may be missing: the outage with the overlap on both sides
 * @param cause why the gap was opened, in words; usually how the last connection ended
 * @param lastSignalAt when the last signal before the outage arrived
 * @param detectedAt when the outage was noticed
 * @param reconnectedAt when the first signal after the outage arrived; empty during the outage
 * @param slowReader whether X may have dropped posts because a connection was read too slowly, in this gap or in an
 *     older gap of which this gap took over a part. A backfill does not return dropped posts
 * @param steps the steps that are to close the gap, including planned ones, oldest span first
 * @param lost the spans that are certainly lost, oldest first
 * @param doubtful the spans in which posts may be missing, oldest first
 * @param verdict what became of the gap
 * @param closedAt when the gap got its verdict; empty while it is open
 */
public record Gap(
        long id,
        Span span,
        String cause,
        Instant lastSignalAt,
        Instant detectedAt,
        Optional<Instant> reconnectedAt,
        boolean slowReader,
        List<StepRun> steps,
        List<LostSpan> lost,
        List<DoubtfulSpan> doubtful,
        Verdict verdict,
        Optional<Instant> closedAt) {
    /**
     * Creates a gap with copies of the lists, in which adjoining spans of the same reason are joined.
     *
     * @param id the number
     * @param span the span in which posts may be missing
     * @param cause why the gap was opened
     * @param lastSignalAt when the last signal arrived
     * @param detectedAt when the outage was noticed
     * @param reconnectedAt when the first signal after the outage arrived
     * @param slowReader whether X may have dropped posts of a slow reader
     * @param steps the steps
     * @param lost the lost spans
     * @param doubtful the doubtful spans
     * @param verdict what became of the gap
     * @param closedAt when the gap got its verdict
     */
    public Gap {
        steps = List.copyOf(steps);
        lost = LostSpan.joined(lost);
        doubtful = DoubtfulSpan.joined(doubtful);
    }

    /**
     * Returns why the gap is not complete: the reasons of its lost and doubtful spans, each once.
     *
     * @return the reasons in one line for people; empty if nothing is lost or doubtful
     */
    public String reason() {
        return Stream.concat(
                        lost.stream().map(LostSpan::reason), doubtful.stream().map(DoubtfulSpan::reason))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    /**
     * Returns how many posts the steps have recovered.
     *
     * @return posts that had not been received before, of all steps
     */
    public long recovered() {
        return steps.stream().mapToLong(StepRun::fresh).sum();
    }

    /**
     * Returns how many of the posts that the steps fetched had already been received.
     *
     * @return dropped duplicates, of all steps
     */
    public long duplicates() {
        return steps.stream().mapToLong(StepRun::duplicates).sum();
    }

    /**
     * Returns the steps that are running.
     *
     * @return the running steps, oldest span first
     */
    public Stream<StepRun> running() {
        return steps.stream().filter(run -> run.state() == StepRun.State.RUNNING);
    }

    /**
     * Returns the spans that no step has recovered or is recovering, and that are not lost. A step that is only planned
     * leaves its span uncovered.
     *
     * @return the spans, oldest first
     */
    public List<Span> uncovered() {
        return span.minus(covered());
    }

    /**
     * Returns the spans that a step has recovered or is recovering, and the lost spans.
     *
     * @return the spans, which may overlap, in no order
     */
    public List<Span> covered() {
        List<Span> covered = new ArrayList<>();
        for (StepRun run : steps) {
            boolean planned = run.state() == StepRun.State.WAITING;
            if (!planned && !run.isVain()) covered.add(run.step().span());
        }
        for (LostSpan part : lost) covered.add(part.span());
        return covered;
    }

    /**
     * Returns whether the gap is still being recovered.
     *
     * @return true until the gap has its verdict
     */
    public boolean isOpen() {
        return verdict == Verdict.OPEN;
    }
}
