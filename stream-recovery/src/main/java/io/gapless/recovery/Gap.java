package io.gapless.recovery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A gap and its account, from the outage that made it to the verdict: an entry of the ledger. All times are X's.
 * Immutable.
 *
 * @param id counts the gaps of a state directory, from 1 on
 * @param span what may be missing: the outage with the overlap on both sides
 * @param cause how the last connection ended, in words
 * @param lastSignalAt the last sign of life before the outage
 * @param detectedAt when the outage was noticed
 * @param reconnectedAt the first sign of life after it; empty while it lasts
 * @param slowReader whether X may have cut us because we read too slowly
 * @param steps how it is being closed, oldest first
 * @param lost what stayed lost
 * @param verdict what became of it
 * @param reason why it is not complete; empty if it is
 * @param closedAt when the verdict fell; empty while it is open
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
        Verdict verdict,
        String reason,
        Optional<Instant> closedAt) {
    /**
     * Keeps copies.
     *
     * @param id the number
     * @param span what may be missing
     * @param cause how the last connection ended
     * @param lastSignalAt the last sign of life
     * @param detectedAt when it was noticed
     * @param reconnectedAt the first sign of life after it
     * @param slowReader whether X may have cut us
     * @param steps how it is being closed
     * @param lost what stayed lost
     * @param verdict what became of it
     * @param reason why it is not complete
     * @param closedAt when the verdict fell
     */
    public Gap {
        steps = List.copyOf(steps);
        lost = List.copyOf(lost);
    }

    /**
     * Posts that came back.
     *
     * @return those that nobody had seen, over all steps
     */
    public long regained() {
        return steps.stream().mapToLong(StepRun::fresh).sum();
    }

    /**
     * Posts that came back and had been seen.
     *
     * @return dropped duplicates, over all steps
     */
    public long duplicates() {
        return steps.stream().mapToLong(StepRun::duplicates).sum();
    }
}
