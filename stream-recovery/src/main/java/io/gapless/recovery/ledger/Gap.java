package io.gapless.recovery.ledger;

import io.gapless.recovery.ledger.RecoveryPlan.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Describes a gap: a span in which posts may be missing, and everything that was done to recover it. Each gap is an
 * entry of the ledger. All times are X's. Immutable. Later versions may add to it.
 */
public final class Gap {
    private final Entry entry;

    private record Entry(
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
        Entry {
            steps = List.copyOf(steps);
            lost = LostSpan.joined(lost);
            doubtful = DoubtfulSpan.joined(doubtful);
        }
    }

    private Gap(Entry entry) {
        this.entry = entry;
    }

    /**
     * Begins a gap that is open and has no steps yet.
     *
     * @param id the number of the gap
     * @param span the span in which posts may be missing
     * @param cause why the gap was opened, in words
     * @param lastSignalAt when the last signal before the outage arrived
     * @param detectedAt when the outage was noticed
     * @return a builder with these parts
     */
    public static Builder of(long id, Span span, String cause, Instant lastSignalAt, Instant detectedAt) {
        return new Builder(new Entry(
                id,
                span,
                cause,
                lastSignalAt,
                detectedAt,
                Optional.empty(),
                false,
                List.of(),
                List.of(),
                List.of(),
                Verdict.OPEN,
                Optional.empty()));
    }

    /**
     * Begins another gap that differs from this one in some parts.
     *
     * @return a builder with the parts of this gap
     */
    public Builder change() {
        return new Builder(entry);
    }

    /**
     * Returns the number of the gap in its state directory.
     *
     * @return a number from 1
     */
    public long id() {
        return entry.id;
    }

    /**
     * Returns the span in which posts may be missing: the outage with the overlap on both sides.
     *
     * @return the span
     */
    public Span span() {
        return entry.span;
    }

    /**
     * Returns why the gap was opened, in words; usually how the last connection ended.
     *
     * @return the cause
     */
    public String cause() {
        return entry.cause;
    }

    /**
     * Returns when the last signal before the outage arrived.
     *
     * @return a moment
     */
    public Instant lastSignalAt() {
        return entry.lastSignalAt;
    }

    /**
     * Returns when the outage was noticed.
     *
     * @return a moment
     */
    public Instant detectedAt() {
        return entry.detectedAt;
    }

    /**
     * Returns when the first signal after the outage arrived.
     *
     * @return empty during the outage
     */
    public Optional<Instant> reconnectedAt() {
        return entry.reconnectedAt;
    }

    /**
     * Returns whether X may have dropped posts because a connection was read too slowly, in this gap or in an older gap
     * of which this gap took over a part. A backfill does not return dropped posts.
     *
     * @return true if posts may have been dropped
     */
    public boolean slowReader() {
        return entry.slowReader;
    }

    /**
     * Returns the steps that are to close the gap, including planned ones.
     *
     * @return the steps, oldest span first
     */
    public List<StepRun> steps() {
        return entry.steps;
    }

    /**
     * Returns the spans that are certainly lost.
     *
     * @return the spans, oldest first
     */
    public List<LostSpan> lost() {
        return entry.lost;
    }

    /**
     * Returns the spans in which posts may be missing.
     *
     * @return the spans, oldest first
     */
    public List<DoubtfulSpan> doubtful() {
        return entry.doubtful;
    }

    /**
     * Returns what became of the gap.
     *
     * @return {@link Verdict#OPEN} while it is being recovered
     */
    public Verdict verdict() {
        return entry.verdict;
    }

    /**
     * Returns when the gap got its verdict.
     *
     * @return empty while it is open
     */
    public Optional<Instant> closedAt() {
        return entry.closedAt;
    }

    /**
     * Returns why the gap is not complete: the reasons of its lost and doubtful spans, each once.
     *
     * @return the reasons in one line for people; empty if nothing is lost or doubtful
     */
    public String reason() {
        return Stream.concat(
                        entry.lost.stream().map(LostSpan::reason),
                        entry.doubtful.stream().map(DoubtfulSpan::reason))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    /**
     * Returns how many posts the steps have recovered.
     *
     * @return posts that had not been received before, of all steps
     */
    public long recovered() {
        return entry.steps.stream().mapToLong(StepRun::fresh).sum();
    }

    /**
     * Returns how many of the posts that the steps fetched had already been received.
     *
     * @return dropped duplicates, of all steps
     */
    public long duplicates() {
        return entry.steps.stream().mapToLong(StepRun::duplicates).sum();
    }

    /**
     * Returns the steps that are running.
     *
     * @return the running steps, oldest span first
     */
    public Stream<StepRun> running() {
        return entry.steps.stream().filter(run -> run.state() == StepRun.State.RUNNING);
    }

    /**
     * Returns the spans that no step has recovered or is recovering, and that are not lost. A step that is only planned
     * leaves its span uncovered.
     *
     * @return the spans, oldest first
     */
    public List<Span> uncovered() {
        return entry.span.minus(covered());
    }

    /**
     * Returns the spans that a step has recovered or is recovering, and the lost spans.
     *
     * @return the spans, which may overlap, in no order
     */
    public List<Span> covered() {
        List<Span> covered = new ArrayList<>();
        for (StepRun run : entry.steps) {
            boolean planned = run.state() == StepRun.State.WAITING;
            if (!planned && !run.isVain()) covered.add(run.step().span());
        }
        for (LostSpan part : entry.lost) covered.add(part.span());
        return covered;
    }

    /**
     * Returns whether the gap is still being recovered.
     *
     * @return true until the gap has its verdict
     */
    public boolean isOpen() {
        return entry.verdict == Verdict.OPEN;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Gap gap && entry.equals(gap.entry);
    }

    @Override
    public int hashCode() {
        return entry.hashCode();
    }

    @Override
    public String toString() {
        return "Gap" + entry.toString().substring("Entry".length());
    }

    /** Makes a gap of its parts. Not thread-safe. */
    public static final class Builder {
        private final Entry begun;
        private Span span;
        private Optional<Instant> reconnectedAt;
        private boolean slowReader;
        private List<StepRun> steps;
        private List<LostSpan> lost;
        private List<DoubtfulSpan> doubtful;
        private Verdict verdict;
        private Optional<Instant> closedAt;

        private Builder(Entry begun) {
            this.begun = begun;
            span = begun.span;
            reconnectedAt = begun.reconnectedAt;
            slowReader = begun.slowReader;
            steps = begun.steps;
            lost = begun.lost;
            doubtful = begun.doubtful;
            verdict = begun.verdict;
            closedAt = begun.closedAt;
        }

        /**
         * Sets the span in which posts may be missing: the outage with the overlap on both sides.
         *
         * @param other the new value
         * @return this
         */
        public Builder span(Span other) {
            span = other;
            return this;
        }

        /**
         * Sets when the first signal after the outage arrived.
         *
         * @param other the new value
         * @return this
         */
        public Builder reconnectedAt(Optional<Instant> other) {
            reconnectedAt = other;
            return this;
        }

        /**
         * Sets whether X may have dropped posts because a connection was read too slowly, in this gap or in an older
         * gap of which this gap took over a part.
         *
         * @param other the new value
         * @return this
         */
        public Builder slowReader(boolean other) {
            slowReader = other;
            return this;
        }

        /**
         * Sets the steps that are to close the gap, including planned ones.
         *
         * @param other the new value; the list is copied
         * @return this
         */
        public Builder steps(List<StepRun> other) {
            steps = other;
            return this;
        }

        /**
         * Sets the spans that are certainly lost.
         *
         * @param other the new value; the list is copied
         * @return this
         */
        public Builder lost(List<LostSpan> other) {
            lost = other;
            return this;
        }

        /**
         * Sets the spans that were recovered, but in which posts may be missing.
         *
         * @param other the new value; the list is copied
         * @return this
         */
        public Builder doubtful(List<DoubtfulSpan> other) {
            doubtful = other;
            return this;
        }

        /**
         * Sets what became of the gap.
         *
         * @param other the new value
         * @return this
         */
        public Builder verdict(Verdict other) {
            verdict = other;
            return this;
        }

        /**
         * Sets when the gap got its verdict.
         *
         * @param other the new value
         * @return this
         */
        public Builder closedAt(Optional<Instant> other) {
            closedAt = other;
            return this;
        }

        /**
         * Makes the gap.
         *
         * @return the gap
         */
        public Gap build() {
            return new Gap(new Entry(
                    begun.id,
                    span,
                    begun.cause,
                    begun.lastSignalAt,
                    begun.detectedAt,
                    reconnectedAt,
                    slowReader,
                    steps,
                    lost,
                    doubtful,
                    verdict,
                    closedAt));
        }
    }

    /** Names what became of a gap. */
    public enum Verdict {
        /** The gap is still open. */
        OPEN,
        /** Every post that X still serves has been recovered, and this is proved. */
        COMPLETE,
        /** X returned no post for a part of the gap, and nothing proves that there were no posts. */
        COMPLETE_UNPROVEN,
        /** The other connection was up during the whole gap, so nothing was missed. */
        COVERED,
        /** The gap was recovered, but posts may be missing. The doubtful spans show where and why. */
        DOUBTFUL,
        /** A part of the gap is certainly lost. The lost spans show which part and why. */
        PARTIAL,
        /** The whole gap is certainly lost. */
        UNRECOVERABLE
    }

    /**
     * Describes a step with its progress and its result. Immutable.
     *
     * @param step the step
     * @param state how far the step is
     * @param passes how often the whole span of the step was fetched
     * @param fresh how many posts the step recovered
     * @param duplicates how many of the fetched posts had already been received
     * @param note a remark for people, such as X's reason for a refusal; may be empty
     */
    public record StepRun(Step step, State state, int passes, long fresh, long duplicates, String note) {
        /** Names the states of a step. */
        public enum State {
            /** Planned, but not begun. The step is planned again just before it begins, since X's windows move. */
            WAITING,
            /** The posts of the step are being fetched. */
            RUNNING,
            /** All posts of the step have arrived and are acknowledged. */
            DONE,
            /** No post arrived, so nothing proves that the step is complete. */
            DONE_UNPROVEN,
            /**
             * The step ended before all of its posts had arrived. The posts that arrived count, and the span is fetched
             * again.
             */
            CUT,
            /**
             * The method could not recover the span, or could not prove that it recovered the span. The next method is
             * used, or the span is lost.
             */
            FAILED,
            /**
             * The method was refused for now. The next method is used at once. If there is no other method, the refused
             * method is retried at least every 15 minutes, until X's window has passed.
             */
            REFUSED
        }

        /**
         * Returns a run of a step that has not begun.
         *
         * @param step the step
         * @return a run that waits
         */
        public static StepRun of(Step step) {
            return new StepRun(step, State.WAITING, 0, 0, 0, "");
        }

        /** Returns whether the step has ended without recovering its span: it failed, was refused or was cut. */
        boolean isVain() {
            return state == State.FAILED || state == State.REFUSED || state == State.CUT;
        }

        /**
         * Returns this run in another state.
         *
         * @param next the state
         * @param words the remark for people
         * @return a copy
         */
        public StepRun with(State next, String words) {
            return new StepRun(step, next, passes, fresh, duplicates, words);
        }

        /**
         * Returns this run after one more pass over its span.
         *
         * @param morePosts posts that the pass recovered
         * @param moreDuplicates duplicates of the pass
         * @return a copy
         */
        public StepRun withPass(long morePosts, long moreDuplicates) {
            return new StepRun(step, state, passes + 1, fresh + morePosts, duplicates + moreDuplicates, note);
        }
    }
}
