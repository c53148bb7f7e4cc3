package io.gapless.emulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Answers that go wrong on purpose. One per request. */
final class Faulty {
    private static final Duration SLOW = Duration.ofSeconds(5);
    private static final Duration RATE_WINDOW = Duration.ofMinutes(15);

    private final World world;
    private final Request request;

    Faulty(World world, Request request) {
        this.world = world;
        this.request = request;
    }

    /** The answer instead of the room's; empty if the room answers after all. */
    Optional<Answer> answer(Fault fault, Map<String, String> headers) throws InterruptedException {
        return switch (fault.kind()) {
            case ACCEPT_AND_NEVER_ANSWER -> {
                Wire wire = waiting();
                wire.watch(world.threads());
                wire.awaitGone();
                yield Optional.of(new Answer.None());
            }
            case ACCEPT_AND_CLOSE -> {
                AcceptedSockets.close(request.socket());
                yield Optional.of(new Answer.None());
            }
            case CLOSE_AFTER_200 ->
                Optional.of(new Answer.Whole(
                        200, "application/json; charset=utf-8", new byte[0], Map.of("Connection", "close")));
            case SLOW_HEADERS -> slowly(fault);
            case STATUS_503_HTML ->
                Optional.of(
                        Answer.text(
                                503,
                                "text/html; charset=utf-8",
                                "<html><head><title>503 Service Unavailable</title></head><body>upstream connect error</body></html>"));
            case STATUS_503_EMPTY -> Optional.of(Answer.text(503, "text/plain", ""));
            case PROVISIONING_503 -> problem(503, Problems.provisioning());
            case TOO_MANY_CONNECTIONS -> {
                healthy(headers);
                yield problem(429, Problems.tooManyConnections());
            }
            case RATE_LIMITED -> {
                rateLimited(fault, headers);
                yield problem(429, Problems.rateLimited());
            }
            case USAGE_CAP -> {
                healthy(headers);
                yield problem(429, Problems.usageCap());
            }
            case CREDITS_DEPLETED_402 -> problem(402, Problems.creditsDepleted());
            case UNAUTHORIZED -> problem(401, Problems.unauthorized());
            case FORBIDDEN -> problem(403, Problems.forbidden());
            case NO_RULES_409 -> problem(409, Problems.noRules());
            case REDIRECT ->
                Optional.of(new Answer.Whole(302, "text/plain", new byte[0], Map.of("Location", "/2/elsewhere")));
            default -> Optional.empty();
        };
    }

    /** Not watched meanwhile: what comes after may be an ordinary answer, and the client's next request. */
    private Optional<Answer> slowly(Fault fault) throws InterruptedException {
        Wire wire = waiting();
        boolean gone = wire.awaitGone(fault.delayOr(SLOW));
        world.waiting().remove(wire);
        return gone ? Optional.of(new Answer.None()) : Optional.empty();
    }

    private Wire waiting() {
        Wire wire = new Wire(request.socket(), Duration.ZERO);
        world.waiting().add(wire);
        wire.whenGone(() -> world.waiting().remove(wire));
        return wire;
    }

    private void rateLimited(Fault fault, Map<String, String> headers) {
        Duration ahead = fault.delayOr(RATE_WINDOW);
        headers.put("x-rate-limit-limit", "50");
        headers.put("x-rate-limit-remaining", "0");
        headers.put(
                "x-rate-limit-reset",
                Long.toString(world.time().now().plus(ahead).getEpochSecond()));
    }

    private void healthy(Map<String, String> headers) {
        headers.put("x-rate-limit-limit", "40000");
        headers.put("x-rate-limit-remaining", "39995");
        headers.put(
                "x-rate-limit-reset",
                Long.toString(world.time().now().plus(RATE_WINDOW).getEpochSecond()));
    }

    private static Optional<Answer> problem(int status, ObjectNode body) {
        return Optional.of(Answer.problem(status, body));
    }
}
