package io.gapless.recovery.outbox;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import io.gapless.recovery.outbox.source.SourceTime;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Identifies the endpoint and the source of an outbox. An outbox is bound to both. Another endpoint would miss the
 * records that this endpoint has acknowledged. Another source would be read only from the mark of this source.
 * Immutable.
 *
 * @param endpoint the complete address
 * @param source the identity of the source; empty if it has none
 */
record Ends(String endpoint, String source) {
    /** Stands for the source of pushed records, from a stream or from a program. */
    static final String PUSHED = "records that are pushed to the sender";

    /**
     * Refuses an endpoint or a source that differs from the one that the outbox is bound to. An empty text in {@code
     * bound} means that the outbox is not bound yet.
     */
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
     * Refuses a setting {@code since} that the outbox can no longer honour.
     *
     * @param began where the first interval began; empty if it began at the source's beginning
     * @param mark up to when the outbox has collected
     */
    static void checkSince(Instant since, Optional<Instant> began, Optional<Instant> mark) {
        if (began.isPresent() && since.isBefore(began.get()))
            throw new IllegalArgumentException("since is " + since + ", but the outbox began at " + began.get()
                    + " and has sent nothing from before. Send the span in between with 'gapless send again', or use"
                    + " another state directory.");
        // Accept the beginning that the outbox has, even if the mark lies before it. That is possible after a clock was
        // set back, and the mark will move forward again.
        if (began.equals(Optional.of(SourceTime.ofMicros(SourceTime.micros(since))))) return;
        if (mark.isPresent() && since.isAfter(mark.get()))
            throw new IllegalArgumentException("since is " + since + ", but the outbox has collected up to "
                    + mark.get() + " and would go on from there. Leave since out to go on, or use another state"
                    + " directory to leave out what lies in between.");
    }
}
