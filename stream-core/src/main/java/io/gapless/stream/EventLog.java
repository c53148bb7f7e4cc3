package io.gapless.stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Events as log lines: INFO one line per connect, disconnect and outage; WARN where it takes long or something was
 * passed over; ERROR only where a person must act. Owner: the events' thread.
 */
final class EventLog {
    private final Logger log;
    /** Repeats of the same failing connect are summed up instead of written each. */
    private String lastFailure = "";

    private int sameFailures;
    private boolean toldCeiling;

    EventLog(Logger log) {
        this.log = log;
    }

    void write(StreamEvent event) {
        if (event instanceof StreamEvent.Connected) {
            sumUp();
            toldCeiling = false;
        }
        Level level = event instanceof StreamEvent.ConnectFailed failed ? level(failed) : level(event);
        LoggingEventBuilder line = log.makeLoggingEventBuilder(level);
        Throwable cause = cause(event);
        if (cause != null) line = line.setCause(cause);
        line.log(event.describe());
    }

    private Level level(StreamEvent.ConnectFailed event) {
        String failure = event.how().describe();
        if (failure.equals(lastFailure)) {
            sameFailures++;
            return Level.DEBUG;
        }
        sumUp();
        lastFailure = failure;
        return Level.INFO;
    }

    /** A ladder's ceiling is worth a warning once; after that it is the same outage. */
    private Level firstTime() {
        Level level = toldCeiling ? Level.DEBUG : Level.WARN;
        toldCeiling = true;
        return level;
    }

    private void sumUp() {
        if (sameFailures > 0) log.info("The same failure came {} more times: {}.", sameFailures, lastFailure);
        lastFailure = "";
        sameFailures = 0;
    }

    private Level level(StreamEvent event) {
        if (event instanceof StreamEvent.Waiting waiting) {
            return switch (waiting.why()) {
                case BACKOFF -> Level.DEBUG;
                case CEILING -> firstTime();
                case BUDGET -> Level.WARN;
                case PARKED -> Level.ERROR;
            };
        }
        if (event instanceof StreamEvent.OfRecovery recovery) return recovery.isAlarming() ? Level.ERROR : Level.INFO;
        if (event instanceof StreamEvent.Failed
                || event instanceof StreamEvent.NoRules
                || event instanceof StreamEvent.HandlerDown
                || event instanceof StreamEvent.DeadLettered
                || event instanceof StreamEvent.DeadLetterFailed) {
            return Level.ERROR;
        }
        if (event instanceof StreamEvent.RulesNotSynced
                || event instanceof StreamEvent.ReadingPaused
                || event instanceof StreamEvent.LineFaulty
                || event instanceof StreamEvent.HandlerFailed
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

    private static @Nullable Throwable cause(StreamEvent event) {
        if (event instanceof StreamEvent.HandlerFailed e) return e.cause();
        if (event instanceof StreamEvent.HandlerDown e) return e.cause();
        if (event instanceof StreamEvent.DeadLettered e) return e.cause();
        return event instanceof StreamEvent.DeadLetterFailed e ? e.cause() : null;
    }
}
