package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GeneratedPostsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String EVERYTHING =
            "&tweet.fields=created_at,note_tweet,entities,public_metrics,referenced_tweets,withheld,edit_controls,geo"
                    + "&expansions=author_id,referenced_tweets.id,attachments.media_keys,attachments.poll_ids,geo.place_id";

    @Test
    void theSameSeedGivesTheSamePosts() throws Exception {
        assertThat(job(XEmulator.builder().seed(7), 60))
                .isEqualTo(job(XEmulator.builder().seed(7), 60));
        assertThat(job(XEmulator.builder().seed(7), 60))
                .isNotEqualTo(job(XEmulator.builder().seed(8), 60));
    }

    @Test
    void idsAreSnowflakesOfTheMomentOfCreationAndRise() {
        try (XEmulator x = past(XEmulator.builder()).start()) {
            List<ExpectedPost> posts = x.shouldHaveDelivered(NOW.minusSeconds(60), NOW);

            assertThat(posts).hasSizeGreaterThan(200).isSortedAccordingTo((a, b) -> Long.compare(a.id(), b.id()));
            assertThat(posts)
                    .allMatch(post ->
                            Snowflake.millisOf(post.id()) == post.createdAt().toEpochMilli());
            assertThat(posts.get(0).createdAt()).isBetween(NOW.minusSeconds(60), NOW.minusSeconds(59));
        }
    }

    @Test
    void aTopicIsInItsShareOfThePosts() {
        try (XEmulator x = past(XEmulator.builder()).start()) {
            int cats = x.shouldHaveDelivered(NOW.minusSeconds(600), NOW).size();

            assertThat(cats / 6_000.0).isBetween(0.4, 0.6);
        }
    }

    @Test
    void eachShapeHasWhatMakesIt() throws Exception {
        assertThat(one(PostShape.RETWEET).at("/includes/tweets/0/id").asLong()).isLessThan(1L << 61);
        assertThat(one(PostShape.RETWEET).at("/data/text").asText())
                .startsWith("RT @")
                .hasSizeLessThanOrEqualTo(140);
        assertThat(one(PostShape.QUOTE).at("/matching_rules/0").has("tag")).isFalse();
        assertThat(one(PostShape.NOTE).at("/data/note_tweet/text").asText())
                .contains("\u2028")
                .hasSizeGreaterThan(280);
        assertThat(one(PostShape.NOTE).at("/data/text").asText()).contains("… https://t.co/");
        assertThat(one(PostShape.MEDIA).at("/includes/media/0/type").asText()).isEqualTo("photo");
        assertThat(one(PostShape.POLL).at("/includes/polls/0/options")).hasSize(2);
        assertThat(one(PostShape.PLACE).at("/includes/places/0").has("full_name"))
                .isTrue();
        assertThat(one(PostShape.EDIT).at("/data/edit_history_tweet_ids")).hasSize(2);
        assertThat(one(PostShape.WITHHELD).at("/data/withheld/country_codes")).hasSize(2);
        assertThat(one(PostShape.PARTIAL_ERROR).at("/errors/0/title").asText()).isEqualTo("Authorization Error");
        assertThat(one(PostShape.NUMERIC_RULE_IDS).at("/matching_rules/0/id").isNumber())
                .isTrue();
        assertThat(one(PostShape.STRING_COMPANIONS)
                        .at("/data/public_metrics/like_count_str")
                        .isTextual())
                .isTrue();
    }

    @Test
    void entityOffsetsCountCodePointsOfTheEscapedText() throws Exception {
        JsonNode data = one(PostShape.ENTITIES).path("data");
        String text = data.path("text").asText();
        JsonNode tag = data.at("/entities/hashtags/0");

        int start = text.offsetByCodePoints(0, tag.path("start").asInt());
        int end = text.offsetByCodePoints(0, tag.path("end").asInt());
        assertThat(text.substring(start, end)).isEqualTo("#Gapless");
        assertThat(text).contains("&amp;", "&lt;b&gt;");
    }

    @Test
    void onlyTheFieldsAskedForAreSent() throws Exception {
        List<String> lines = job(XEmulator.builder().shapes(PostShape.PLAIN), 1);

        assertThat(lines).isNotEmpty().allMatch(line -> !line.contains("created_at") && !line.contains("includes"));
    }

    @Test
    void disorderAndDuplicatesLoseNothing() throws Exception {
        try (XEmulator x = XEmulator.builder()
                        .rate(1_000)
                        .topics("cat")
                        .disorder(5)
                        .duplicateEvery(3)
                        .rule("cats", "cat")
                        .start();
                StreamClient client = StreamClient.open(x)) {
            List<Long> got = client.nextIds(120);
            Set<Long> distinct = new HashSet<>(got);

            assertThat(got).isNotEqualTo(got.stream().sorted().toList());
            assertThat(distinct.size()).isLessThan(got.size());
            Instant from = Instant.ofEpochMilli(
                    Snowflake.millisOf(got.stream().min(Long::compare).orElseThrow()));
            Instant until = from.plusMillis(50);
            assertThat(distinct)
                    .containsAll(x.shouldHaveDelivered(from.plusMillis(5), until).stream()
                            .map(ExpectedPost::id)
                            .toList());
        }
    }

    @Test
    void aLaggingStreamDeliversLater() throws Exception {
        try (XEmulator x = XEmulator.builder()
                        .rate(1_000)
                        .topics("cat")
                        .lag(Duration.ofMillis(400))
                        .rule("cats", "cat")
                        .start();
                StreamClient client = StreamClient.open(x)) {
            long id = client.nextIds(1).get(0);

            assertThat(x.now().toEpochMilli() - Snowflake.millisOf(id)).isGreaterThanOrEqualTo(400);
        }
    }

    private static XEmulator.Builder past(XEmulator.Builder builder) {
        return builder.time(InstantSource.fixed(NOW))
                .rate(10)
                .past(Duration.ofMinutes(15))
                .topics("cat", "dog")
                .rule("cats", "cat");
    }

    private static JsonNode one(PostShape shape) throws Exception {
        return Json.parse(
                job(XEmulator.builder().shapes(shape), 5).get(0).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Returns the lines of a job for the last seconds. */
    private static List<String> job(XEmulator.Builder builder, int seconds) throws Exception {
        String fields = seconds > 1 ? EVERYTHING : "";
        try (XEmulator x = past(builder).start();
                StreamClient client = StreamClient.open(
                        x,
                        StreamClient.FILTERED + "?start_time=" + NOW.minusSeconds(seconds) + "&end_time=" + NOW
                                + fields)) {
            List<String> lines = new java.util.ArrayList<>();
            for (String line = client.nextLine(); !line.isEmpty(); line = client.nextLine()) {
                lines.add(line);
            }
            return lines;
        }
    }
}
