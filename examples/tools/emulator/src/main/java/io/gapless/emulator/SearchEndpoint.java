package io.gapless.emulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.emulator.Misbehaviour.Where;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Answers {@code GET /2/tweets/search/recent} and {@code /2/tweets/search/all}, in pages, newest posts first. */
final class SearchEndpoint {
    static final String RECENT = "/2/tweets/search/recent";
    static final String ALL = "/2/tweets/search/all";

    private static final int DEFAULT_PAGE = 10;
    private static final int MOST_RECENT = 100;
    private static final int MOST_ALL = 500;
    private static final Duration RATE_WINDOW = Duration.ofMinutes(15);
    private static final Set<String> PARAMETERS = Set.of(
            "query",
            "max_results",
            "next_token",
            "pagination_token",
            "start_time",
            "end_time",
            "since_id",
            "until_id",
            "sort_order",
            "post.fields");

    private final AccessLevel access;
    private final PostHistory history;
    private final FaultQueue faults;
    private final XTime time;

    SearchEndpoint(AccessLevel access, PostHistory history, FaultQueue faults, XTime time) {
        this.access = access;
        this.history = history;
        this.faults = faults;
        this.time = time;
    }

    Answer answer(Request request) {
        boolean recent = request.path().equals(RECENT);
        Optional<Fault> fault = faults.take(
                Where.SEARCH,
                token(request).isEmpty()
                        ? EnumSet.of(Misbehaviour.SEARCH_503, Misbehaviour.SEARCH_RATE_LIMITED)
                        : EnumSet.of(
                                Misbehaviour.SEARCH_503,
                                Misbehaviour.SEARCH_RATE_LIMITED,
                                Misbehaviour.SEARCH_TOKEN_REJECTED));
        if (fault.isPresent()) {
            return faulty(fault.get(), request);
        }
        SearchWindow.Reach reach = recent ? SearchWindow.Reach.RECENT : SearchWindow.Reach.ALL;
        Instant now = time.now();
        return FieldParameters.refusal(request, PARAMETERS)
                .or(() -> SearchQuery.refusal(request, recent ? access.recentQueryLength : access.archiveQueryLength))
                .or(() -> ParameterChecks.refuseOutside(
                        request, "max_results", DEFAULT_PAGE, recent ? MOST_RECENT : MOST_ALL))
                .or(() -> refuseTokens(request))
                .or(() -> SearchWindow.refusal(request, reach, now))
                .orElseGet(() -> page(request, SearchWindow.of(request, reach, now)));
    }

    private Answer page(Request request, SearchWindow window) {
        int most = request.has("max_results") ? request.number("max_results") : DEFAULT_PAGE;
        long until = PageToken.decode(token(request)).orElse(window.untilId());
        SearchQuery query = SearchQuery.of(request, history);
        long indexed = history.indexedMillis();
        Iterator<EmulatedPost> posts = history.newestFirst(
                window.fromId(), Math.min(Math.min(until, window.untilId()), Snowflake.firstAt(indexed)), indexed);
        List<EmulatedPost> found = new ArrayList<>();
        while (posts.hasNext() && found.size() <= most) {
            EmulatedPost post = posts.next();
            if (query.finds(post)) {
                found.add(post);
            }
        }
        boolean more = found.size() > most;
        return Answer.json(200, json(more ? found.subList(0, most) : found, more, fields(request)));
    }

    private static ObjectNode json(List<EmulatedPost> posts, boolean more, FieldSelection fields) {
        ObjectNode page = Json.object();
        ObjectNode meta = Json.object();
        if (!posts.isEmpty()) {
            ArrayNode data = page.putArray("data");
            ObjectNode includes = Json.object();
            ArrayNode errors = Json.array();
            for (EmulatedPost post : posts) {
                data.add(post.filledIn(post.template().data(fields)));
                PostTemplate.mergeIncludes(includes, post.template().includes(fields));
                Optional.ofNullable(post.template().error()).ifPresent(errors::add);
            }
            if (!includes.isEmpty()) {
                page.set("includes", includes);
            }
            if (!errors.isEmpty()) {
                page.set("errors", errors);
            }
            meta.put("newest_id", Long.toString(posts.get(0).id()));
            meta.put("oldest_id", Long.toString(posts.get(posts.size() - 1).id()));
        }
        meta.put("result_count", posts.size());
        if (more) {
            meta.put("next_token", PageToken.encode(posts.get(posts.size() - 1).id()));
        }
        page.set("meta", meta);
        return page;
    }

    /**
     * Reads the field parameters. X accepts both {@code tweet.fields} and {@code post.fields}, since search is moving
     * from the first name to the second.
     */
    private static FieldSelection fields(Request request) {
        Map<String, String> query = new LinkedHashMap<>(request.query());
        if (request.has("post.fields")) {
            query.putIfAbsent("tweet.fields", request.text("post.fields"));
        }
        return FieldParameters.selection(query);
    }

    private static String token(Request request) {
        return request.has("next_token") ? request.text("next_token") : request.text("pagination_token");
    }

    private static Optional<Answer> refuseTokens(Request request) {
        if (request.has("next_token") && request.has("pagination_token")) {
            return Optional.of(Answer.invalid(
                    "pagination_token",
                    request.text("pagination_token"),
                    "'next_token' and 'pagination_token' can not be used together."));
        }
        String token = token(request);
        return token.isEmpty() || PageToken.decode(token).isPresent() ? Optional.empty() : Optional.of(rejected(token));
    }

    private static Answer rejected(String token) {
        return Answer.invalid("next_token", token, "Invalid 'next_token':'" + token + "'.");
    }

    private Answer faulty(Fault fault, Request request) {
        return switch (fault.kind()) {
            case SEARCH_503 -> Answer.text(503, "text/html; charset=utf-8", "<html><body>503</body></html>");
            case SEARCH_RATE_LIMITED -> {
                Instant reset = time.now().plus(fault.delayOr(RATE_WINDOW));
                Answer.Whole problem = (Answer.Whole) Answer.problem(429, Problems.rateLimited());
                yield new Answer.Whole(
                        problem.status(),
                        problem.contentType(),
                        problem.body(),
                        Map.of(
                                "x-rate-limit-remaining",
                                "0",
                                "x-rate-limit-reset",
                                Long.toString(reset.getEpochSecond())));
            }
            default -> rejected(token(request));
        };
    }
}
