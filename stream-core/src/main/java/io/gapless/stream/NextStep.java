package io.gapless.stream;

import java.time.Duration;
import java.util.Optional;

/**
 * What to do after a connection has ended.
 *
 * @param kind what
 * @param delay how long to wait before it
 * @param ladders where the ladders stand then
 * @param ceiling whether the wait is the longest of its ladder
 * @param advised whether the answer asks for this wait, which is longer than the ladder's
 */
record NextStep(Kind kind, Duration delay, Ladders ladders, boolean ceiling, boolean advised) {
    enum Kind {
        /** Connect again. */
        CONNECT,
        /** Fetch the token anew and connect. */
        REFRESH_TOKEN,
        /** See to the rules, then connect. */
        RECONCILE_RULES,
        /** Not X's last word, and nothing we do helps for now; ask again from time to time. */
        PARK,
        /** A person must change something. */
        FAIL
    }

    static NextStep of(Kind kind, Ladders.Step step) {
        return new NextStep(kind, step.delay(), step.ladders(), step.ceiling(), false);
    }

    /** The ladder's wait, or that which the answer asks for if it is longer. */
    static NextStep of(Kind kind, Ladders.Step step, Optional<Duration> advice) {
        return advice.filter(wait -> wait.compareTo(step.delay()) > 0)
                .map(wait -> new NextStep(kind, wait, step.ladders(), false, true))
                .orElseGet(() -> of(kind, step));
    }

    static NextStep at(Kind kind, Duration delay, Ladders ladders) {
        return new NextStep(kind, delay, ladders, false, false);
    }
}
