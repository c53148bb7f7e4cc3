package io.gapless.cli;

import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import java.time.temporal.ChronoUnit;

/**
 * Formats an event as one line for a terminal: the time, the event's own sentence, and a hint for users of this
 * program.
 */
final class EventLine {
    private EventLine() {}

    /**
     * Returns the line of an event.
     *
     * @param recovers whether the stream recovers the posts that X sends during outages
     */
    static String of(StreamEvent event, boolean recovers) {
        return event.at().truncatedTo(ChronoUnit.MILLIS) + "  " + Text.line(event.describe() + hint(event, recovers));
    }

    private static String hint(StreamEvent event, boolean recovers) {
        if (event instanceof StreamEvent.OutageEnded && !recovers) {
            return " Posts that X sent meanwhile are lost; with --state, they are recovered.";
        }
        if (event instanceof StreamEvent.ConnectFailed failed
                && failed.how() instanceof Disconnection.Network network
                && network.kind().equals("PROXY")) {
            return " Check HTTPS_PROXY; with a password it is http://user:password@host:port.";
        }
        return "";
    }
}
