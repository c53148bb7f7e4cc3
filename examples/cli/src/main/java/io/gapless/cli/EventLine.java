package io.gapless.cli;

import io.gapless.stream.Disconnection;
import io.gapless.stream.StreamEvent;
import io.gapless.stream.seam.Ending;
import java.time.temporal.ChronoUnit;

/** Events for a terminal: a line each, with the time, the event's own sentence, and what to do with this program. */
final class EventLine {
    private EventLine() {}

    /**
     * A line.
     *
     * @param recovers whether what an outage cost is recovered
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
                && network.ending().kind() == Ending.Kind.PROXY) {
            return " Check HTTPS_PROXY; with a password it is http://user:password@host:port.";
        }
        return "";
    }
}
