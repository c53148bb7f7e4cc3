package io.gapless.spring;

import io.gapless.stream.Health;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a health endpoint says about a stream: a status of Spring Boot, and details. Immutable.
 *
 * @param status UP, OUT_OF_SERVICE or DOWN
 * @param details what the stream's health says, without posts and secrets
 */
record StreamReport(String status, Map<String, Object> details) {
    /** How long a stream may be without a connection before it counts as down. */
    private static final Duration STALE_AFTER = Duration.ofMinutes(5);

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
        return new StreamReport(status(health), details);
    }

    private static String status(Health health) {
        if (health.handlerDown()) return "DOWN";
        return switch (health.state()) {
            case LIVE, STANDING_BY, NEW, SYNCING_RULES, CONNECTING -> "UP";
            case BACKING_OFF -> isStale(health) ? "DOWN" : "UP";
            case PARKED -> "OUT_OF_SERVICE";
            case FAILED, CLOSED -> "DOWN";
        };
    }

    private static boolean isStale(Health health) {
        return health.sinceLastSignal()
                .filter(age -> age.compareTo(STALE_AFTER) < 0)
                .isEmpty();
    }
}
