package io.gapless.stream;

import org.slf4j.Logger;

/**
 * Events as log lines: INFO one line per connect, disconnect and outage; WARN where it takes long or something was
 * passed over; ERROR only where a person must act. Owner: the events' thread.
 */
final class EventLog {
    private final Logger log;
    /** Repeats of the same failing connect are summed up instead of written each. */
    private String lastFailure = "";

    private int sameFailures;

    EventLog(Logger log) {
        this.log = log;
    }

    void write(StreamEvent event) {
        if (event instanceof StreamEvent.Connected e) {
            forgetFailures();
            log.info("Connection {} is up.", e.connection());
        } else if (event instanceof StreamEvent.Disconnected e) {
            log.info("Connection {} ended: {}.", e.connection(), e.how().describe());
        } else if (event instanceof StreamEvent.ConnectFailed e) {
            connectFailed(e);
        } else if (event instanceof StreamEvent.Waiting e) {
            waiting(e);
        } else if (event instanceof StreamEvent.OutageStarted e) {
            log.info(
                    "Outage {} since {}: {}.", e.outageId(), e.from(), e.cause().describe());
        } else if (event instanceof StreamEvent.OutageEnded e) {
            log.info(
                    "Outage {} is over after {}.",
                    e.outage().id(),
                    Durations.text(e.outage().length()));
        } else {
            writeOther(event);
        }
    }

    private void connectFailed(StreamEvent.ConnectFailed event) {
        String failure = event.how().describe();
        if (failure.equals(lastFailure)) {
            sameFailures++;
            log.debug("Connection {} did not come about: {}.", event.connection(), failure);
        } else {
            forgetFailures();
            lastFailure = failure;
            log.info("Connection {} did not come about: {}.", event.connection(), failure);
        }
    }

    private void forgetFailures() {
        if (sameFailures > 0) log.info("The same failure came {} more times: {}.", sameFailures, lastFailure);
        lastFailure = "";
        sameFailures = 0;
    }

    private void waiting(StreamEvent.Waiting event) {
        String line = "Connection {} waits until {} ({}).";
        switch (event.why()) {
            case BACKOFF -> log.debug(line, event.connection(), event.nextTryAt(), event.why());
            case CEILING, BUDGET -> log.warn(line, event.connection(), event.nextTryAt(), event.why());
            case PARKED ->
                log.error(
                        "X lets nothing through because of credits or a usage cap; looking again at {}.",
                        event.nextTryAt());
        }
    }

    private void writeOther(StreamEvent event) {
        if (event instanceof StreamEvent.Failed e) {
            log.error("The stream has given up: {}", e.failure().getMessage());
        } else if (event instanceof StreamEvent.NoRules e) {
            log.error(
                    "X holds no rules, so there is nothing to stream ({}). Add one with .rules(…) on the builder.",
                    e.problem().describe());
        } else if (event instanceof StreamEvent.RulesNotSynced e) {
            log.warn("The rules could not be synced: {}. Next try in {}.", e.why(), Durations.text(e.nextTry()));
        } else if (event instanceof StreamEvent.ReadingPaused e) {
            log.warn("The inbox is full ({} bytes): reading stops until the handler catches up.", e.heldBytes());
        } else if (event instanceof StreamEvent.ReadingResumed e) {
            log.info("Reading goes on after {}.", Durations.text(e.length()));
        } else if (event instanceof StreamEvent.LineFaulty e) {
            log.warn("A line of {} bytes was faulty: {} {}.", e.lengthBytes(), e.fault(), e.postId());
        } else if (event instanceof StreamEvent.HandlerFailed e) {
            log.warn("The handler threw at post {}, try {}.", e.postId(), e.attempt(), e.cause());
        } else if (event instanceof StreamEvent.HandlerDown e) {
            log.error("The handler fails for every post; dispatch pauses and tries again.", e.cause());
        } else if (event instanceof StreamEvent.DeadLettered e) {
            log.error("Post {} was dead-lettered.", e.post().id(), e.cause());
        } else if (event instanceof StreamEvent.DeadLetterFailed e) {
            log.error("Post {} could not be dead-lettered; dispatch waits.", e.postId(), e.cause());
        } else if (event instanceof StreamEvent.ClockJumped e) {
            log.warn("The clocks went apart by {}.", e.by());
        } else if (event instanceof StreamEvent.EventsDropped e) {
            log.warn("{} events were dropped: the listener is too slow.", e.count());
        } else if (event instanceof StreamEvent.Quiet e) {
            log.warn("Keep-alives come, but no post since {}.", e.lastPostAt());
        } else if (event instanceof StreamEvent.Closed e && e.unhandled() > 0) {
            log.warn("Closed with {} posts received and not handled.", e.unhandled());
        } else {
            log.debug("{}", event);
        }
    }
}
