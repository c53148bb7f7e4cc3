package io.gapless.recovery;

import java.util.List;

/**
 * A step and how far it has come. Immutable.
 *
 * @param step what is to be done
 * @param state how far it is
 * @param passes how often its whole span has been asked for
 * @param fresh posts it has brought that had not been received before
 * @param duplicates posts it has brought that had been received before
 * @param note what is worth knowing about it, such as X's words of a refusal; may be empty
 */
public record StepRun(Step step, State state, int passes, long fresh, long duplicates, String note) {
    /** How far a step can be. */
    public enum State {
        /** Planned and not begun. X's windows move: when its turn comes, it is planned again. */
        WAITING,
        /** Being fetched. */
        RUNNING,
        /** All of its posts have arrived and are acknowledged. */
        DONE,
        /** No post arrived, so nothing proves that the step is complete. */
        DONE_UNPROVEN,
        /** Ended before all of its posts had arrived: those that did count, and the span is asked for again. */
        CUT,
        /** This method could not recover the span, or could not prove that it did: the next method is asked, or the span is lost. */
        FAILED,
        /**
         * Answered in a way that is not X's last word. Its span goes to the next method at once; with none left, it is asked
         * for again, every 15 minutes at the latest, until X's window has passed.
         */
        REFUSED
    }

    /**
     * A step that has not begun.
     *
     * @param step what is to be done
     * @return its beginning
     */
    public static StepRun of(Step step) {
        return new StepRun(step, State.WAITING, 0, 0, 0, "");
    }

    /** Whether it has not brought its span, and does not any more. */
    boolean isVain() {
        return state == State.FAILED || state == State.REFUSED || state == State.CUT;
    }

    /** A step that was cut, together with another one of the same method. */
    StepRun and(StepRun other) {
        Span whole = new Span(
                Span.earlier(step.span().from(), other.step.span().from()),
                Span.later(step.span().until(), other.step.span().until()));
        return new StepRun(
                new Step(step.method(), whole, step.notBefore()),
                State.CUT,
                passes + other.passes,
                fresh + other.fresh,
                duplicates + other.duplicates,
                note);
    }

    /** What is left of a planned step when another one takes a part of its span. */
    List<StepRun> outside(Span taken) {
        return step.span().minus(List.of(taken)).stream()
                .map(rest -> of(new Step(step.method(), rest, step.notBefore())))
                .toList();
    }

    /**
     * The same, further on.
     *
     * @param next the state
     * @param words what is worth knowing
     * @return a copy
     */
    public StepRun with(State next, String words) {
        return new StepRun(step, next, passes, fresh, duplicates, words);
    }

    /**
     * The same after a pass over its span.
     *
     * @param morePosts fresh posts of the pass
     * @param moreDuplicates duplicates of the pass
     * @return a copy
     */
    public StepRun withPass(long morePosts, long moreDuplicates) {
        return new StepRun(step, state, passes + 1, fresh + morePosts, duplicates + moreDuplicates, note);
    }
}
