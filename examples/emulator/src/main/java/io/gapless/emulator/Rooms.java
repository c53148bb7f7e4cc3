package io.gapless.emulator;

import io.gapless.emulator.RateLimits.Kind;
import java.util.Optional;

/** Which room answers which request, and how it is counted. */
final class Rooms {
    private final StreamEndpoint stream;
    private final RulesEndpoint rules;
    private final SearchEndpoint search;
    private final CountsEndpoint counts;
    private final ConnectionsEndpoint connections;
    private final TokenEndpoint token;
    private final ControlEndpoint control;
    private final boolean fullArchive;

    Rooms(World world, RequestLog log, Tokens tokens) {
        this.fullArchive = world.settings().fullArchive();
        this.stream = new StreamEndpoint(world);
        this.rules = new RulesEndpoint(world);
        this.search = new SearchEndpoint(world);
        this.counts = new CountsEndpoint(world);
        this.connections = new ConnectionsEndpoint(world.connections());
        this.token = new TokenEndpoint(world.settings(), tokens);
        this.control = new ControlEndpoint(world, log);
    }

    boolean isControl(Request request) {
        return request.path().startsWith(ControlEndpoint.PATH);
    }

    Answer control(Request request) {
        return control.answer(request);
    }

    /** How the request is counted; empty if it is not, and needs no bearer token. */
    Optional<Kind> kind(Request request) {
        return Optional.ofNullable(
                switch (request.method() + " " + request.path()) {
                    case "GET " + StreamEndpoint.FILTERED, "GET " + StreamEndpoint.SAMPLE -> Kind.STREAM;
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
