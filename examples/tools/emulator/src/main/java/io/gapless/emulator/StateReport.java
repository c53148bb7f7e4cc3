package io.gapless.emulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Reports the state of the emulator as JSON. */
record StateReport(
        AccessLevel access,
        XTime time,
        RecoveryPolicy recovery,
        RuleBook rules,
        StreamConnections connections,
        RequestLog log,
        PostHistory history) {

    /** Returns the state in a sentence or two. All words are the emulator's own. */
    String words() {
        return "Access: " + access.name().toLowerCase(Locale.ROOT).replace('_', '-') + ". Rules: "
                + rules.current().rules().size() + ". Open connections: " + connections.openLive()
                + ". Open recovery jobs: " + connections.openJobs() + ". Published posts: " + history.publishedCount()
                + ". X's time: " + time.now().truncatedTo(ChronoUnit.SECONDS) + ".";
    }

    ObjectNode json() {
        ObjectNode state = Json.object();
        state.put("now", time.now().toString());
        state.put("access", access.name());
        state.put("recovery", recovery.current().name());
        state.put("rules", rules.current().rules().size());
        state.put("connections_open", connections.openLive());
        state.put("jobs_open", connections.openJobs());
        state.put("requests", log.all().size());
        state.put("posts_published", history.publishedCount());
        return state;
    }
}
