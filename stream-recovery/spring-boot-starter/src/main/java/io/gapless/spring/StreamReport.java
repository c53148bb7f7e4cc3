package io.gapless.spring;

import io.gapless.stream.Health;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a health endpoint says about a stream: a status of Spring Boot, and details. Immutable.
 *
 * @param status UP, OUT_OF_SERVICE or DOWN
 * @param details what the stream's health says, without posts and secrets
 */
record StreamReport(String status, Map<String, Object> details) {
    static StreamReport of(Health health) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("condition", health.condition().name());
        details.put("state", health.state().name());
        details.put("since", health.since().toString());
        details.put("connectionsLive", health.connectionsLive());
        health.sinceLastSignal().ifPresent(age -> details.put("secondsSinceLastSignal", age.toSeconds()));
        health.sinceLastPost().ifPresent(age -> details.put("secondsSinceLastPost", age.toSeconds()));
        details.put("openGaps", health.openGaps());
        details.put("lostSpans", health.lostSpans());
        details.put("doubtfulSpans", health.doubtfulSpans());
        details.put("inboxPosts", health.inboxPosts());
        details.put("handled", health.handled());
        details.put("deadLettered", health.deadLettered());
        details.put("handlerDown", health.handlerDown());
        health.lastEnding().ifPresent(ending -> details.put("lastEnding", ending.toString()));
        return new StreamReport(status(health.state(), health.condition()), details);
    }

    /**
     * Decides the status as the page decides its answers: what is not UP is not ready, and only what is DOWN is not
     * alive.
     */
    static String status(Health.State state, Health.Condition condition) {
        if (state == Health.State.FAILED || state == Health.State.CLOSED) return "DOWN";
        return switch (condition) {
            case HEALTHY, DEGRADED, STANDING_BY -> "UP";
            case STALE, PARKED -> "OUT_OF_SERVICE";
        };
    }
}
