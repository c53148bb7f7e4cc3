package io.gapless.emulator;

import java.util.Map;
import java.util.Optional;

/** Leads each request through the queued faults, the token check and the rate limits to its endpoint. Thread-safe. */
final class Router {
    private final FaultQueue faults;
    private final FaultyAnswers faultyAnswers;
    private final AcceptedToken token;
    private final RateLimits limits;
    private final Endpoints endpoints;

    Router(
            FaultQueue faults,
            FaultyAnswers faultyAnswers,
            AcceptedToken token,
            RateLimits limits,
            Endpoints endpoints) {
        this.faults = faults;
        this.faultyAnswers = faultyAnswers;
        this.token = token;
        this.limits = limits;
        this.endpoints = endpoints;
    }

    /** Answers a request. Adds to {@code headers} the headers that the response needs besides those of the answer. */
    Answer answer(Request request, Map<String, String> headers) throws InterruptedException {
        Optional<Fault> fault = faults.takeForRequest(request.path());
        boolean compressed = false;
        if (fault.isPresent()) {
            Optional<Answer> instead = faultyAnswers.answer(fault.get(), request, headers);
            if (instead.isPresent()) {
                return instead.get();
            }
            compressed = fault.get().kind() == Misbehaviour.GZIP;
        }
        Optional<RateLimits.Kind> kind = Endpoints.kind(request);
        if (kind.isEmpty()) {
            return endpoints.answerUncounted(request);
        }
        if (!token.accepts(request.header("Authorization"))) {
            return Answer.problem(401, Problems.unauthorized());
        }
        RateLimits.Grant grant = limits.take(kind.get());
        headers.putIfAbsent("x-rate-limit-limit", Integer.toString(grant.limit()));
        headers.putIfAbsent("x-rate-limit-remaining", Integer.toString(grant.remaining()));
        headers.putIfAbsent("x-rate-limit-reset", Long.toString(grant.resetEpochSecond()));
        if (!grant.passes()) {
            return Answer.problem(429, Problems.rateLimited());
        }
        return endpoints.answer(kind.get(), request, compressed);
    }

    /** Answers a request to {@code /emulator/}, which neither faults nor rate limits affect. */
    Answer answerControl(Request request) {
        return endpoints.control(request);
    }
}
