package io.gapless.emulator;

import io.gapless.emulator.RateLimits.Kind;
import java.util.Optional;

/**
 * Assigns each request to the endpoint that answers it, and to the rate limit that counts it.
 *
 * @param fullArchive whether full-archive search and counts are allowed
 */
record Endpoints(
        StreamEndpoint stream,
        RulesEndpoint rules,
        SearchEndpoint search,
        CountsEndpoint counts,
        ConnectionsEndpoint connections,
        TokenEndpoint token,
        ControlEndpoint control,
        boolean fullArchive) {

    static boolean isControl(Request request) {
        return request.path().startsWith(ControlEndpoint.PATH);
    }

    Answer control(Request request) {
        return control.answer(request);
    }

    /**
     * Returns the rate limit that counts a request, or empty if no limit counts it. Such a request needs no bearer
     * token.
     */
    static Optional<Kind> kind(Request request) {
        if (request.method().equals("GET") && StreamKind.of(request.path()).isPresent())
            return Optional.of(Kind.STREAM);
        return Optional.ofNullable(
                switch (request.method() + " " + request.path()) {
                    case "GET " + RulesEndpoint.RULES -> Kind.READ_RULES;
                    case "POST " + RulesEndpoint.RULES -> Kind.WRITE_RULES;
                    case "GET " + RulesEndpoint.COUNTS -> Kind.COUNT_RULES;
                    case "GET " + SearchEndpoint.RECENT -> Kind.SEARCH_RECENT;
                    case "GET " + SearchEndpoint.ALL -> Kind.SEARCH_ALL;
                    case "GET " + CountsEndpoint.RECENT -> Kind.COUNT_RECENT;
                    case "GET " + CountsEndpoint.ALL -> Kind.COUNT_ALL;
                    case "GET " + ConnectionsEndpoint.PATH -> Kind.READ_CONNECTIONS;
                    default -> isKill(request) ? Kind.KILL_CONNECTIONS : null;
                });
    }

    Answer answerUncounted(Request request) {
        return request.method().equals("POST") && request.path().equals(TokenEndpoint.PATH)
                ? token.answer(request)
                : Answer.problem(404, Problems.notFound());
    }

    Answer answer(Kind kind, Request request, boolean compressed) {
        return switch (kind) {
            case STREAM -> stream.answer(request, compressed);
            case READ_RULES -> rules.list(request);
            case WRITE_RULES -> rules.change(request);
            case COUNT_RULES -> rules.counts(request);
            case SEARCH_RECENT -> search.answer(request);
            case SEARCH_ALL -> fullArchive ? search.answer(request) : Answer.problem(403, Problems.forbidden());
            case COUNT_RECENT -> counts.answer(request);
            case COUNT_ALL -> fullArchive ? counts.answer(request) : Answer.problem(403, Problems.forbidden());
            case READ_CONNECTIONS -> connections.list(request);
            case KILL_CONNECTIONS -> connections.kill(request);
        };
    }

    private static boolean isKill(Request request) {
        return request.method().equals("DELETE") && (request.path() + "/").startsWith(ConnectionsEndpoint.PATH + "/");
    }
}
