package io.gapless.stream.endtoend;

import io.gapless.stream.StreamEvent.Waiting;
import java.time.Duration;

/** What the events say about waits, so that a test need not wait them out. */
final class Waits {
    private Waits() {}

    /** How long the next connect is put off; a little of it may have passed while it was decided. */
    static Duration length(Waiting waiting) {
        return Duration.between(waiting.at(), waiting.nextTryAt());
    }
}
