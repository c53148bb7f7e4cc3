package io.gapless.stream;

import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes events as log lines. INFO: one line per connect, disconnection and outage. WARN: the stream had to cope with
 * an unexpected fact, such as a long wait or a skipped line. ERROR: a person must act. Owner: the thread {@code
 * gapless-events}.
 *
 * <p>Only a dead letter is written at once, by the thread that reports the event. Without a dead-letter hook and a
 * state directory, the log line is all that is left of the post. So neither a full queue nor a listener that hangs may
 * delay that line.
 */
final class EventLog {
    /** How many failures are summed up in one line while the handler is down. */
    private static final int TRIES_TOLD_EVERY = 100;
    /** The shortest time between two failures that are written with their stack traces. */
    private static final Duration FAILURE_TOLD_EVERY = Duration.ofMinutes(1);

    private final Logger log;
    /**
     * The text of the last connect failure; empty if there was none since a connection was last up. Repeats of this
     * failure are summed up instead of written one by one.
     */
    private String lastFailure = "";

    private int sameFailures;
    private boolean toldCeiling;
    private boolean handlerDown;
    private int handlerFailures;
    private Instant failureToldAt = Instant.MIN;

    EventLog(Logger log) {
        this.log = log;
    }

    /** Writes a dead letter at once. May be called from any thread. */
    void writeAtOnce(StreamEvent.DeadLettered event) {
        line(Level.ERROR, event);
    }

    void write(StreamEvent event) {
        if (event instanceof StreamEvent.DeadLettered) return;
        if (event instanceof StreamEvent.Connected) {
            sumUp();
            toldCeiling = false;
        }
        if (event instanceof StreamEvent.HandlerDown) handlerDown = true;
        if (event instanceof StreamEvent.HandlerUp) handlerDown = false;
        if (endsTries(event)) sumUpTries();
        line(event instanceof StreamEvent.ConnectFailed failed ? level(failed) : level(event), event);
    }

    private void line(Level level, StreamEvent event) {
        // atLevel checks whether the level is on. Under Logback, makeLoggingEventBuilder would write at any level.
        LoggingEventBuilder line = log.atLevel(level);
        Throwable cause = cause(event);
        if (cause != null && level != Level.DEBUG) line = line.setCause(cause);
        line.log(event::describe);
    }

    private Level level(StreamEvent.ConnectFailed event) {
        String failure = event.how().describe();
        if (failure.equals(lastFailure)) {
            sameFailures++;
            return Level.DEBUG;
        }
        sumUp();
        lastFailure = failure;
        // Only the user's own token source can end this failure, and the stream makes no connect until then.
        return event.how() instanceof Disconnection.NoToken ? Level.WARN : Level.INFO;
    }

    /**
     * Returns WARN for the first ceiling of a back-off ladder since a connection was last up, and DEBUG for each
     * further ceiling.
     */
    private Level firstTime() {
        Level level = toldCeiling ? Level.DEBUG : Level.WARN;
        toldCeiling = true;
        return level;
    }

    private void sumUp() {
        if (sameFailures > 0) log.info("The same connect failure happened {}: {}.", more(sameFailures), lastFailure);
        lastFailure = "";
        sameFailures = 0;
    }

    /**
     * Returns WARN for a failure that is written with its stack trace: the first failure of a post, but at most one in
     * a minute. Returns DEBUG for all other failures, which are summed up: failed retries, and all failures while the
     * handler is down.
     */
    private Level level(StreamEvent.HandlerFailed event) {
        if (isToldAlone(event)) {
            failureToldAt = event.at();
            return Level.WARN;
        }
        handlerFailures++;
        return Level.DEBUG;
    }

    private static String more(int times) {
        return times == 1 ? "once more" : times + " more times";
    }

    private boolean isToldAlone(StreamEvent.HandlerFailed event) {
        if (event.attempt() > 1 || handlerDown) return false;
        // The absolute value, because the clock may have been set back since the last such line.
        return failureToldAt.equals(Instant.MIN)
                || Duration.between(failureToldAt, event.at()).abs().compareTo(FAILURE_TOLD_EVERY) >= 0;
    }

    private boolean endsTries(StreamEvent event) {
        return event instanceof StreamEvent.HandlerFailed failed && (handlerDown || isToldAlone(failed))
                || event instanceof StreamEvent.HandlerUp
                || event instanceof StreamEvent.HandlerDown
                || event instanceof StreamEvent.Closed;
    }

    private void sumUpTries() {
        if (handlerDown && handlerFailures < TRIES_TOLD_EVERY) return;
        if (handlerFailures > 0)
            log.warn("The handler threw an exception {} while posts were retried.", more(handlerFailures));
        handlerFailures = 0;
    }

    private Level level(StreamEvent event) {
        if (event instanceof StreamEvent.HandlerFailed failed) return level(failed);
        if (event instanceof StreamEvent.Waiting waiting) {
            return switch (waiting.why()) {
                case BACKOFF -> Level.DEBUG;
                case CEILING -> firstTime();
                case BUDGET, ASKED_TO_WAIT -> Level.WARN;
                case PARKED -> Level.ERROR;
            };
        }
        if (event instanceof StreamEvent.RulesNotSynced rules) return rules.parked() ? Level.ERROR : Level.WARN;
        if (event instanceof StreamEvent.OfRecovery recovery) return level(recovery.severity());
        if (event instanceof StreamEvent.Failed
                || event instanceof StreamEvent.NoRules
                || event instanceof StreamEvent.RulesContested
                || event instanceof StreamEvent.RulesGone
                || event instanceof StreamEvent.HandlerDown
                || event instanceof StreamEvent.SpillLost
                || event instanceof StreamEvent.DeadLetterFailed) {
            return Level.ERROR;
        }
        if (event instanceof StreamEvent.RulesReplaced
                || event instanceof StreamEvent.RulesRestored
                || event instanceof StreamEvent.ReadingPaused
                || event instanceof StreamEvent.LineFaulty
                || event instanceof StreamEvent.LinesUnreadable
                || event instanceof StreamEvent.ClockJumped
                || event instanceof StreamEvent.EventsDropped
                || event instanceof StreamEvent.Quiet) {
            return Level.WARN;
        }
        boolean detail = event instanceof StreamEvent.Started
                || event instanceof StreamEvent.Connecting
                || event instanceof StreamEvent.MessageUnknown;
        return detail ? Level.DEBUG : Level.INFO;
    }

    private static Level level(StreamEvent.OfRecovery.Severity severity) {
        return switch (severity) {
            case INFO -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }

    private static @Nullable Throwable cause(StreamEvent event) {
        if (event instanceof StreamEvent.HandlerFailed e) return e.cause();
        if (event instanceof StreamEvent.HandlerDown e) return e.cause();
        if (event instanceof StreamEvent.DeadLettered e) return e.cause();
        if (event instanceof StreamEvent.Failed e) return e.failure().getCause();
        return event instanceof StreamEvent.DeadLetterFailed e ? e.cause() : null;
    }
}
