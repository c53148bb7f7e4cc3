package io.gapless.stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.StreamEvent.Waiting;
import java.time.Duration;

/** What is known about waits, so that a test need not wait them out. */
final class Waits {
    private Waits() {}

    /** Health is told a moment after the event. */
    static void awaitState(FilteredStream stream, Health.State state) {
        long untilNanos = System.nanoTime() + Recorder.SOON.toNanos();
        while (stream.health().state() != state && System.nanoTime() < untilNanos) Thread.onSpinWait();
        assertThat(stream.health().state()).isEqualTo(state);
    }

    /** How long the next connect is put off; a little of it may have passed while it was decided. */
    static Duration length(Waiting waiting) {
        return Duration.between(waiting.at(), waiting.nextTryAt());
    }
}
