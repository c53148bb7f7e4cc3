package io.gapless.emulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Answers the requests that a fault affects. Owns the sockets of the requests that wait for an answer. Thread-safe. */
final class FaultyAnswers implements AutoCloseable {
    private static final Duration SLOW = Duration.ofSeconds(5);
    private static final Duration RATE_WINDOW = Duration.ofMinutes(15);

    private final XTime time;
    private final SharedClock clock;
    private final Executor watchers;
    private final Set<WatchedSocket> waiting = ConcurrentHashMap.newKeySet();

    FaultyAnswers(XTime time, SharedClock clock, Executor watchers) {
        this.time = time;
        this.clock = clock;
        this.watchers = watchers;
    }

    /** Returns the answer that a fault causes, or empty if the endpoint answers the request despite the fault. */
    Optional<Answer> answer(Fault fault, Request request, Map<String, String> headers) throws InterruptedException {
        return switch (fault.kind()) {
            case ACCEPT_AND_NEVER_ANSWER -> {
                WatchedSocket socket = addWaiting(request);
                socket.watch(watchers);
                socket.awaitGone();
                yield Optional.of(new Answer.None());
            }
            case ACCEPT_AND_CLOSE -> {
                AcceptedSockets.close(request.socket());
                yield Optional.of(new Answer.None());
            }
            case CLOSE_AFTER_200 ->
                Optional.of(new Answer.Whole(
                        200, "application/json; charset=utf-8", new byte[0], Map.of("Connection", "close")));
            case SLOW_HEADERS -> answerLate(fault, request);
            case STATUS_503_HTML ->
                Optional.of(
                        Answer.text(
                                503,
                                "text/html; charset=utf-8",
                                "<html><head><title>503 Service Unavailable</title></head><body>upstream connect error</body></html>"));
            case STATUS_503_EMPTY -> Optional.of(Answer.text(503, "text/plain", ""));
            case PROVISIONING_503 -> problem(503, Problems.provisioning());
            case TOO_MANY_CONNECTIONS -> {
                addHealthyLimits(headers);
                yield problem(429, Problems.tooManyConnections());
            }
            case RATE_LIMITED -> {
                addReachedLimit(fault, headers);
                yield problem(429, Problems.rateLimited());
            }
            case USAGE_CAP -> {
                addHealthyLimits(headers);
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

    /**
     * Waits for the delay of the fault. Returns empty, so that the endpoint answers after the delay. Meanwhile no
     * thread watches the socket: the watcher would discard the next request, which the client may send on the same
     * socket.
     */
    private Optional<Answer> answerLate(Fault fault, Request request) throws InterruptedException {
        WatchedSocket socket = addWaiting(request);
        boolean gone = socket.awaitGone(fault.delayOr(SLOW));
        waiting.remove(socket);
        return gone ? Optional.of(new Answer.None()) : Optional.empty();
    }

    private WatchedSocket addWaiting(Request request) {
        WatchedSocket socket = new WatchedSocket(request.socket(), Duration.ZERO, clock);
        waiting.add(socket);
        socket.onGone(() -> waiting.remove(socket));
        return socket;
    }

    private void addReachedLimit(Fault fault, Map<String, String> headers) {
        Duration ahead = fault.delayOr(RATE_WINDOW);
        headers.put("x-rate-limit-limit", "50");
        headers.put("x-rate-limit-remaining", "0");
        headers.put("x-rate-limit-reset", Long.toString(time.now().plus(ahead).getEpochSecond()));
    }

    private void addHealthyLimits(Map<String, String> headers) {
        headers.put("x-rate-limit-limit", "40000");
        headers.put("x-rate-limit-remaining", "39995");
        headers.put(
                "x-rate-limit-reset", Long.toString(time.now().plus(RATE_WINDOW).getEpochSecond()));
    }

    /** Closes the sockets of the requests that wait for an answer. */
    @Override
    public void close() {
        waiting.forEach(socket -> socket.close(ConnectionEnd.EMULATOR_CLOSED));
    }

    private static Optional<Answer> problem(int status, ObjectNode body) {
        return Optional.of(Answer.problem(status, body));
    }
}
