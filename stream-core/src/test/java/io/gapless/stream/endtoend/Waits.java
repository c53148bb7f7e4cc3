package io.gapless.stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent.Waiting;
import io.gapless.stream.event.StreamException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.assertj.core.api.AbstractThrowableAssert;

/** What is known about waits, so that a test need not wait them out. */
final class Waits {
    private Waits() {}

    static void awaitState(FilteredStream stream, Health.State state) {
        awaitHealth(stream, Health::state, state);
    }

    static void awaitConnectsLeft(FilteredStream stream, int connects) {
        awaitHealth(stream, Health::connectsLeft, connects);
    }

    /** Waits until health shows it, which may be a moment after the event or the handler. */
    static <T> void awaitHealth(FilteredStream stream, Function<Health, T> part, T expected) {
        long untilNanos = System.nanoTime() + Recorder.SOON.toNanos();
        while (!part.apply(stream.health()).equals(expected) && System.nanoTime() < untilNanos) Thread.onSpinWait();
        assertThat(part.apply(stream.health())).isEqualTo(expected);
    }

    /** Waits until the stream has given up for this reason. */
    static AbstractThrowableAssert<?, ? extends Throwable> assertFails(
            FilteredStream stream, StreamException.Reason reason) {
        return assertThatThrownBy(() -> stream.awaitClose(Recorder.SOON))
                .isInstanceOfSatisfying(StreamException.class, failure -> assertThat(failure.reason())
                        .isEqualTo(reason));
    }

    /** Waits as code does that cares for no interrupt. */
    static void awaitWhateverHappens(CountDownLatch released) {
        while (released.getCount() > 0) {
            try {
                released.await();
            } catch (InterruptedException e) {
                // The point of it.
            }
        }
    }

    /** How long the next connect is put off; a little of it may have passed while it was decided. */
    static Duration length(Waiting waiting) {
        return Duration.between(waiting.at(), waiting.nextTryAt());
    }
}
