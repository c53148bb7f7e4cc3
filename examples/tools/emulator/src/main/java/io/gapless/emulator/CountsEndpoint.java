package io.gapless.emulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Answers {@code GET /2/tweets/counts/recent} and {@code /2/tweets/counts/all}: counts the posts that a search would
 * find, per minute, hour or day.
 */
final class CountsEndpoint {
    static final String RECENT = "/2/tweets/counts/recent";
    static final String ALL = "/2/tweets/counts/all";

    private static final long PAGE_MILLIS = Duration.ofDays(31).toMillis();
    private static final Map<String, Long> GRANULARITY_MILLIS = Map.of(
            "minute", Duration.ofMinutes(1).toMillis(),
            "hour", Duration.ofHours(1).toMillis(),
            "day", Duration.ofDays(1).toMillis());
    private static final Set<String> PARAMETERS = Set.of(
            "query",
            "granularity",
            "next_token",
            "pagination_token",
            "start_time",
            "end_time",
            "since_id",
            "until_id",
            "search_count.fields");

    private final AccessLevel access;
    private final PostHistory history;
    private final XTime time;

    CountsEndpoint(AccessLevel access, PostHistory history, XTime time) {
        this.access = access;
        this.history = history;
        this.time = time;
    }

    Answer answer(Request request) {
        boolean recent = request.path().equals(RECENT);
        SearchWindow.Reach reach = recent ? SearchWindow.Reach.RECENT : SearchWindow.Reach.ALL;
        Instant now = time.now();
        return ParameterChecks.refuseUnknown(request, PARAMETERS)
                .or(() -> SearchQuery.refusal(request, recent ? access.recentQueryLength : access.archiveQueryLength))
                .or(() -> refuseGranularity(request))
                .or(() -> refuseToken(request))
                .or(() -> SearchWindow.refusal(request, reach, now))
                .orElseGet(() -> count(request, SearchWindow.of(request, reach, now), recent));
    }

    /**
     * Counts the posts of one page. Recent counts have one page. Full-archive counts have pages of 31 days, the newest
     * page first. The token {@code next_token} contains the time at which the next page ends.
     */
    private Answer count(Request request, SearchWindow window, boolean recent) {
        long step = Objects.requireNonNull(GRANULARITY_MILLIS.get(granularity(request)));
        long start = Snowflake.millisOf(window.fromId());
        // The window or the token may end far in the future, where there are no posts. So the page ends now.
        long end = Math.min(
                time.millis(),
                PageToken.decode(request.text("next_token")).orElse(Snowflake.millisOf(window.untilId())));
        long pageStart = recent ? start : Math.max(start, end - PAGE_MILLIS);
        long firstBucket = Math.floorDiv(pageStart, step) * step;
        long[] counts = new long[(int) Math.max(0, (end - firstBucket + step - 1) / step)];
        long total = 0;
        SearchQuery query = SearchQuery.of(request, history);
        long indexed = history.indexedMillis();
        Iterator<EmulatedPost> posts = history.oldestFirst(
                Math.max(window.fromId(), Snowflake.firstAt(pageStart)),
                Math.min(window.untilId(), Snowflake.firstAt(Math.min(end, indexed))),
                indexed);
        while (posts.hasNext()) {
            EmulatedPost post = posts.next();
            if (query.finds(post)) {
                counts[(int) ((post.createdMillis() - firstBucket) / step)]++;
                total++;
            }
        }
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        for (int i = 0; i < counts.length; i++) {
            long from = Math.max(pageStart, firstBucket + i * step);
            long until = Math.min(end, firstBucket + (i + 1) * step);
            data.addObject()
                    .put("start", Json.millisText(Instant.ofEpochMilli(from)))
                    .put("end", Json.millisText(Instant.ofEpochMilli(until)))
                    .put("tweet_count", counts[i]);
        }
        ObjectNode meta = answer.putObject("meta").put("total_tweet_count", total);
        if (pageStart > start) {
            meta.put("next_token", PageToken.encode(pageStart));
        }
        return Answer.json(200, answer);
    }

    private static String granularity(Request request) {
        return request.has("granularity") ? request.text("granularity") : "hour";
    }

    private static Optional<Answer> refuseGranularity(Request request) {
        String granularity = granularity(request);
        return GRANULARITY_MILLIS.containsKey(granularity)
                ? Optional.empty()
                : Optional.of(Answer.invalid(
                        "granularity",
                        granularity,
                        "The `granularity` query parameter value [" + granularity
                                + "] is not one of [minute,hour,day]"));
    }

    private static Optional<Answer> refuseToken(Request request) {
        String token = request.text("next_token");
        return token.isEmpty() || PageToken.decode(token).isPresent()
                ? Optional.empty()
                : Optional.of(Answer.invalid("next_token", token, "Invalid 'next_token':'" + token + "'."));
    }
}
