package io.gapless.stream;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Events as log lines: INFO one line per connect, disconnect and outage; WARN where it takes long or something was
 * passed over; ERROR only where a person must act. Owner: the events' thread.
 *
 * <p>A dead letter alone is written at once, by the thread that reports it: without a hook and a state directory, this
 * line is all that is left of the post, so no queue that is full and no listener that hangs may keep it back.
 */
final class EventLog {
    /** While the handler is down, its failures are summed up this often. */
    private static final int TRIES_TOLD_EVERY = 100;
    /** Of posts that fail for the first time, one is told with its stack this often. */
    private static final Duration FAILURE_TOLD_EVERY = Duration.ofMinutes(1);

    private final Logger log;
    /** Repeats of the same failing connect are summed up instead of written each. */
    private String lastFailure = "";

    private int sameFailures;
    private boolean toldCeiling;
    private boolean handlerDown;
    private int handlerFailures;
    private Instant failureToldAt = Instant.MIN;

    EventLog(Logger log) {
        this.log = log;
    }

    /** From any thread. */
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
        // atLevel asks whether the level is on; makeLoggingEventBuilder would write at any level under Logback.
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
        // Only the user's own source can end this, and nothing else happens until it does.
        return event.how() instanceof Disconnection.NoToken ? Level.WARN : Level.INFO;
    }

    /** A ladder's ceiling is worth a warning once; after that it is the same outage. */
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
     * The first failure of a post is told with its stack, once a minute; others, repeats, and all while the handler is
     * down, are summed up.
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
        // The clock may have been set back since.
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
