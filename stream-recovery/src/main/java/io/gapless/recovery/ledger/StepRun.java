package io.gapless.recovery.ledger;

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
