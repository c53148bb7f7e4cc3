package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchEndpointTest {
    private static final String RECENT = "/2/tweets/search/recent?query=";
    private static final String ALL = "/2/tweets/search/all?query=";
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @RegisterExtension
    final EmulatorExtension emulator = EmulatorExtension.create(builder -> builder.time(InstantSource.fixed(NOW)));

    @Test
    void pagesGoFromTheNewestToTheOldestWithoutAGapOrARepeat(XEmulator x) throws Exception {
        List<Long> published = new ArrayList<>();
        for (int i = 25; i > 0; i--) {
            published.add(publishAgo(x, "a cat", Duration.ofMinutes(i)));
        }
        Collections.reverse(published);

        List<Long> found = new ArrayList<>();
        String token = "";
        do {
            JsonNode page = StreamClient.getJson(x, RECENT + "cat&max_results=10" + token);
            found.addAll(ids(page));
            token = page.path("meta").has("next_token")
                    ? "&next_token=" + page.at("/meta/next_token").asText()
                    : "";
        } while (!token.isEmpty());

        assertThat(found).isEqualTo(published);
    }

    @Test
    void nothingFoundMeansNoData(XEmulator x) throws Exception {
        JsonNode page = StreamClient.getJson(x, RECENT + "cat");

        assertThat(page.has("data")).isFalse();
        assertThat(page.at("/meta/result_count").asInt()).isZero();
    }

    @Test
    void withoutAnEndTheLast30SecondsAreMissing(XEmulator x) throws Exception {
        long old = publishAgo(x, "a cat", Duration.ofSeconds(31));
        long young = publishAgo(x, "a cat", Duration.ofSeconds(20));

        assertThat(ids(StreamClient.getJson(x, RECENT + "cat"))).containsExactly(old);
        assertThat(ids(StreamClient.getJson(x, RECENT + "cat&end_time=2026-11-22T11:59:50Z")))
                .containsExactly(young, old);
    }

    @Test
    void startIsIncludedAndEndIsNot(XEmulator x) throws Exception {
        long atStart = publishAgo(x, "a cat", Duration.ofMinutes(20));
        publishAgo(x, "a cat", Duration.ofMinutes(10));

        assertThat(ids(StreamClient.getJson(
                        x, RECENT + "cat&start_time=2026-11-22T11:40:00Z&end_time=2026-11-22T11:50:00Z")))
                .containsExactly(atStart);
    }

    @Test
    void idsAsBoundsAreNotIncluded(XEmulator x) throws Exception {
        long first = publishAgo(x, "a cat", Duration.ofMinutes(20));
        long second = publishAgo(x, "a cat", Duration.ofMinutes(15));
        long third = publishAgo(x, "a cat", Duration.ofMinutes(10));

        assertThat(ids(StreamClient.getJson(x, RECENT + "cat&since_id=" + first + "&until_id=" + third)))
                .containsExactly(second);
    }

    @Test
    void keywordsFindNoRetweetsButOtherQueriesDo(XEmulator x) throws Exception {
        x.publish(PostDraft.of("").by("alice").retweeting("bob", "a cat").at(NOW.minusSeconds(60)));

        assertThat(ids(StreamClient.getJson(x, RECENT + "cat"))).isEmpty();
        assertThat(ids(StreamClient.getJson(x, RECENT + "from:alice"))).hasSize(1);
    }

    @Test
    void onlyTheLatestVersionOfAnEditedPostIsFound(XEmulator x) throws Exception {
        long first = publishAgo(x, "a cat", Duration.ofMinutes(3));
        long second = x.publish(PostDraft.of("a big cat").editing(first).at(NOW.minusSeconds(120)));
        long third = x.publish(PostDraft.of("a huge cat").editing(second).at(NOW.minusSeconds(60)));

        JsonNode page = StreamClient.getJson(x, RECENT + "cat");

        assertThat(ids(page)).containsExactly(third);
        assertThat(page.at("/data/0/edit_history_tweet_ids").toString())
                .isEqualTo("[\"%d\",\"%d\",\"%d\"]".formatted(first, second, third));
    }

    @Test
    void accentsAreFolded(XEmulator x) throws Exception {
        publishAgo(x, "un café", Duration.ofMinutes(1));

        assertThat(ids(StreamClient.getJson(x, RECENT + "cafe"))).hasSize(1);
    }

    @Test
    void whatRecentSearchRefusesIsRefusedByName(XEmulator x) throws Exception {
        assertRefused(x, RECENT, "query");
        assertRefused(x, RECENT + "sample:10%20cat", "query");
        assertRefused(x, RECENT + "cat%20" + "x".repeat(4_096), "query");
        assertRefused(x, RECENT + "cat&max_results=9", "max_results");
        assertRefused(x, RECENT + "cat&max_results=101", "max_results");
        assertRefused(x, RECENT + "cat&end_time=2026-11-22T11:59:51Z", "end_time");
        assertRefused(x, RECENT + "cat&start_time=2026-11-15T11:00:00Z", "start_time");
        assertRefused(x, RECENT + "cat&start_time=2026-11-22T11:00:00Z&end_time=2026-11-22T10:00:00Z", "start_time");
        assertRefused(x, RECENT + "cat&start_time=2026-11-22T11:00:00Z&since_id=2080761390344937799", "since_id");
        assertRefused(x, RECENT + "cat&since_id=1346889436626259968", "since_id");
        assertRefused(x, RECENT + "cat&next_token=nonsense", "next_token");
        assertRefused(x, RECENT + "cat&nonsense=1", "nonsense");
    }

    @Test
    void aStaleSinceIdIsRefusedWithTheSmallestThatWouldDo(XEmulator x) throws Exception {
        HttpResponse<String> answer = StreamClient.get(x, RECENT + "cat&since_id=1346889436626259968");

        long smallest = Snowflake.firstAt(NOW.minus(Duration.ofDays(7)).toEpochMilli());
        assertThat(answer.body())
                .contains("must be a tweet id created after 2026-11-15T12:00Z")
                .contains("larger than " + smallest);
    }

    @Test
    void payPerUseQueriesEndAt512Characters() throws Exception {
        try (XEmulator x = XEmulator.builder().access(AccessLevel.PAY_PER_USE).start()) {
            assertThat(StreamClient.get(x, RECENT + "x".repeat(512)).statusCode())
                    .isEqualTo(200);
            assertRefused(x, RECENT + "x".repeat(513), "query");
        }
    }

    @Test
    void fullArchiveSearchReachesBeyondSevenDaysOncePerSecond(XEmulator x) throws Exception {
        long old = publishAgo(x, "a cat", Duration.ofDays(20));

        JsonNode page = StreamClient.getJson(x, ALL + "cat&max_results=500");
        HttpResponse<String> tooSoon = StreamClient.get(x, ALL + "cat");

        assertThat(ids(page)).containsExactly(old);
        assertThat(tooSoon.statusCode()).isEqualTo(429);
    }

    @Test
    void fullArchiveCanBeOutOfReach() throws Exception {
        try (XEmulator x = XEmulator.builder().withoutFullArchive().start()) {
            assertThat(StreamClient.get(x, ALL + "cat").statusCode()).isEqualTo(403);
            assertThat(StreamClient.get(x, "/2/tweets/counts/all?query=cat").statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void fieldsAndIncludesComeWhenAskedFor(XEmulator x) throws Exception {
        publishAgo(x, "a cat with @bob", Duration.ofMinutes(1));

        JsonNode bare = StreamClient.getJson(x, RECENT + "cat");
        JsonNode full = StreamClient.getJson(
                x, RECENT + "cat&tweet.fields=created_at,author_id&expansions=author_id&user.fields=verified");

        assertThat(fieldNames(bare.at("/data/0"))).containsExactly("id", "edit_history_tweet_ids", "text");
        assertThat(full.at("/data/0/created_at").asText()).isEqualTo("2026-11-22T11:59:00.000Z");
        assertThat(full.at("/includes/users/0/username").asText()).isEqualTo("gapless");
        assertThat(full.at("/includes/users/0").has("verified")).isTrue();
    }

    @Test
    void generatedPostsAreFoundAndCounted() throws Exception {
        try (XEmulator x = XEmulator.builder()
                .time(InstantSource.fixed(NOW))
                .rate(0.1)
                .past(Duration.ofDays(3))
                .shapes(PostShape.PLAIN)
                .rule("cats", "cat")
                .start()) {
            List<Long> expected = x.shouldHaveDelivered(NOW.minus(Duration.ofHours(2)), NOW.minusSeconds(600)).stream()
                    .map(ExpectedPost::id)
                    .sorted(Collections.reverseOrder())
                    .limit(100)
                    .toList();
            String window = "cat&start_time=2026-11-22T10:00:00Z&end_time=2026-11-22T11:50:00Z";

            JsonNode page = StreamClient.getJson(x, RECENT + window + "&max_results=100");
            JsonNode counts = StreamClient.getJson(x, "/2/tweets/counts/recent?query=" + window);

            assertThat(ids(page)).isEqualTo(expected);
            assertThat(counts.at("/meta/total_tweet_count").asInt())
                    .isEqualTo(x.shouldHaveDelivered(NOW.minus(Duration.ofHours(2)), NOW.minusSeconds(600))
                            .size());
            assertThat(counts.path("data")).hasSize(2);
            assertThat(counts.at("/data/1/end").asText()).isEqualTo("2026-11-22T11:50:00.000Z");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"until_id=8999999999999999999", "next_token=7fffffffffffffff"})
    void countsEndNow(String farAway, XEmulator x) throws Exception {
        publishAgo(x, "a cat", Duration.ofMinutes(2));

        JsonNode counts = StreamClient.getJson(x, "/2/tweets/counts/recent?query=cat&granularity=day&" + farAway);

        assertThat(counts.at("/meta/total_tweet_count").asInt()).isEqualTo(1);
        assertThat(counts.path("data")).hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void countsBeyond31DaysComeInPages(XEmulator x) throws Exception {
        publishAgo(x, "a cat", Duration.ofDays(40));
        publishAgo(x, "a cat", Duration.ofDays(1));
        String path = "/2/tweets/counts/all?query=cat&granularity=day&start_time=2026-10-01T00:00:00Z";

        JsonNode first = StreamClient.getJson(x, path);
        JsonNode second = StreamClient.getJson(
                x, path + "&next_token=" + first.at("/meta/next_token").asText());

        assertThat(first.at("/meta/total_tweet_count").asInt()).isEqualTo(1);
        assertThat(second.at("/meta/total_tweet_count").asInt()).isEqualTo(1);
        assertThat(second.path("meta").has("next_token")).isFalse();
    }

    @Test
    void searchMisbehavesOnRequest(XEmulator x) throws Exception {
        for (int i = 1; i <= 11; i++) {
            publishAgo(x, "a cat", Duration.ofMinutes(i));
        }
        x.inject(Misbehaviour.SEARCH_503);
        assertThat(StreamClient.get(x, RECENT + "cat").statusCode()).isEqualTo(503);

        x.inject(Fault.of(Misbehaviour.SEARCH_RATE_LIMITED).delay(Duration.ofSeconds(90)));
        HttpResponse<String> limited = StreamClient.get(x, RECENT + "cat");
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(limited.headers().firstValue("x-rate-limit-reset"))
                .hasValue(Long.toString(NOW.getEpochSecond() + 90));

        x.inject(Misbehaviour.SEARCH_TOKEN_REJECTED);
        JsonNode first = StreamClient.getJson(x, RECENT + "cat");
        String next = RECENT + "cat&next_token=" + first.at("/meta/next_token").asText();
        assertThat(StreamClient.get(x, next).statusCode()).isEqualTo(400);
        assertThat(StreamClient.get(x, next).statusCode()).isEqualTo(200);
    }

    private static long publishAgo(XEmulator x, String text, Duration ago) {
        return x.publish(PostDraft.of(text).at(NOW.minus(ago)));
    }

    private static List<Long> ids(JsonNode page) {
        List<Long> ids = new ArrayList<>();
        page.path("data").forEach(post -> ids.add(post.path("id").asLong()));
        return ids;
    }

    private static List<String> fieldNames(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void assertRefused(XEmulator x, String path, String parameter) throws Exception {
        HttpResponse<String> answer = StreamClient.get(x, path);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(StreamClient.json(answer).at("/errors/0/parameters").has(parameter))
                .as(answer.body())
                .isTrue();
    }
}
