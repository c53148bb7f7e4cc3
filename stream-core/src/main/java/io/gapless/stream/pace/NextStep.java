package io.gapless.stream.pace;

import java.time.Duration;
import java.util.Optional;

/**
 * Holds what to do after a connection has ended.
 *
 * @param kind what to do
 * @param delay how long to wait before doing it
 * @param ladders the positions on the back-off ladders after this step
 * @param ceiling whether the delay is the longest wait of its ladder
 * @param advised whether X's answer asks for this delay, and the wait of the ladder would be shorter
 */
public record NextStep(Kind kind, Duration delay, Ladders ladders, boolean ceiling, boolean advised) {
    public enum Kind {
        /** Connect again. */
        CONNECT,
        /** Ask the token source for another token, then connect. */
        REFRESH_TOKEN,
        /** Request a rule sync, then connect. */
        RECONCILE_RULES,
        /** Park: the refusal is not final, but the stream cannot remove its cause. Retry from time to time. */
        PARK,
        /** Give up: a person must change something. */
        FAIL
    }

    public static NextStep of(Kind kind, Ladders.Step step) {
        return new NextStep(kind, step.delay(), step.ladders(), step.ceiling(), false);
    }

    /** Returns a step that waits as long as the ladder requires, or as long as the answer asks if that is longer. */
    public static NextStep of(Kind kind, Ladders.Step step, Optional<Duration> advice) {
        return advice.filter(wait -> wait.compareTo(step.delay()) > 0)
                .map(wait -> new NextStep(kind, wait, step.ladders(), false, true))
                .orElseGet(() -> of(kind, step));
    }

    public static NextStep at(Kind kind, Duration delay, Ladders ladders) {
        return new NextStep(kind, delay, ladders, false, false);
    }
}
