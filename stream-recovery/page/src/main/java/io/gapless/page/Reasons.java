package io.gapless.page;

import io.gapless.stream.Health;
import io.gapless.stream.event.Disconnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Says in words why a stream is in its condition. Pure functions. */
final class Reasons {
    private Reasons() {}

    static List<String> of(Health health) {
        List<String> reasons = new ArrayList<>();
        switch (health.state()) {
            case NEW -> reasons.add("The stream has not been started.");
            case STANDING_BY -> reasons.add("Another process holds the stream. This one takes over if that one ends.");
            case SYNCING_RULES -> reasons.add("The rules are being synchronised.");
            case CONNECTING -> reasons.add("A connection is being opened.");
            case BACKING_OFF -> reasons.add("The stream waits before it connects again" + because(health) + ".");
            case PARKED -> reasons.add("X allows nothing for now" + because(health) + ". A person may have to act.");
            case FAILED -> reasons.add("The stream has given up. A person must change something.");
            case CLOSED -> reasons.add("The stream is closed.");
            case LIVE ->
                reasons.add(
                        health.connectionsLive() == 2
                                ? "Two connections receive posts."
                                : "One connection receives posts.");
        }
        if (health.handlerDown()) reasons.add("The handler is down. Posts wait until it works again.");
        if (health.openGaps() > 0)
            reasons.add(counted(health.openGaps(), "gap is being recovered.", "gaps are being recovered."));
        if (health.deadLettered() > 0)
            reasons.add(counted(health.deadLettered(), "post was dead-lettered.", "posts were dead-lettered."));
        boolean silent = health.state() == Health.State.LIVE && health.condition() == Health.Condition.STALE;
        if (silent)
            reasons.add("No signal for "
                    + health.sinceLastSignal().map(Duration::toSeconds).orElse(0L) + " s.");
        return reasons;
    }

    private static String because(Health health) {
        return health.lastEnding()
                .map(Disconnection::describe)
                .map(cause -> ": " + cause)
                .orElse("");
    }

    private static String counted(long count, String one, String more) {
        return count + " " + (count == 1 ? one : more);
    }
}
