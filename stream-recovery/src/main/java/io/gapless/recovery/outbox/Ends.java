package io.gapless.recovery.outbox;

import io.gapless.recovery.state.StateException;
import io.gapless.recovery.state.StateException.Reason;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Where an outbox gets its records from, and where it sends them: it is bound to both. Another endpoint would lack what
 * the first one has acknowledged, and another source's records would begin at the first one's mark. Immutable.
 *
 * @param endpoint the whole address
 * @param source what the source says it is; empty if it says nothing
 */
record Ends(String endpoint, String source) {
    /** What the records of a stream, or of a program that pushes them, come from. */
    static final String PUSHED = "records that are pushed to the sender";

    /** Refuses other ends than those that an outbox is bound to; empty ones are bound to nothing. */
    void check(Path directory, Ends bound) {
        differ(directory, "endpoint", bound.endpoint(), endpoint);
        differ(directory, "source", bound.source(), source);
    }

    private static void differ(Path directory, String what, String bound, String now) {
        if (bound.isEmpty() || now.isEmpty() || bound.equals(now)) return;
        throw new StateException(
                Reason.OTHER_SENDER,
                "The outbox in " + directory + " is bound to the " + what + " " + bound + ", and this sender has the "
                        + what + " " + now + ". To begin there from the start, use another state directory."
                        + " If it is the same system that has moved, call moved() or give --moved once.",
                null);
    }

    /**
     * Refuses a beginning that an outbox cannot honour any more.
     *
     * @param began where it began; empty if at the source's beginning
     * @param mark up to when it has collected
     */
    static void checkSince(Instant since, Optional<Instant> began, Optional<Instant> mark) {
        if (began.isPresent() && since.isBefore(began.get()))
            throw new IllegalArgumentException("since is " + since + ", but the outbox began at " + began.get()
                    + " and has sent nothing from before. Send the span in between with 'gapless send again', or use"
                    + " another state directory.");
        // A mark that lies before its own beginning was moved back by a clock, and comes forward again.
        if (began.equals(Optional.of(Moments.ofMicros(Moments.micros(since))))) return;
        if (mark.isPresent() && since.isAfter(mark.get()))
            throw new IllegalArgumentException("since is " + since + ", but the outbox has collected up to "
                    + mark.get() + " and would go on from there. Leave since out to go on, or use another state"
                    + " directory to leave out what lies in between.");
    }
}
