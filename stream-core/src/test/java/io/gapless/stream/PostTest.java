package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Post.Author;
import io.gapless.stream.post.Post.MatchingRule;
import io.gapless.stream.post.Post.Media;
import io.gapless.stream.post.Post.Metrics;
import io.gapless.stream.post.Post.Reference;
import io.gapless.stream.spi.PostLine;
import io.gapless.stream.spi.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void theTextOfALongPostIsItsNote() {
        Post post = post("""
                {"data":{"id":"1","text":"first … https://t.co/x","note_tweet":{"text":"the whole, \\"quotes\\", back\\\\slash,\\nline 👩‍👩‍👧‍👦"}}}""");

        assertThat(post.text()).isEqualTo("the whole, \"quotes\", back\\slash,\nline 👩‍👩‍👧‍👦");
        assertThat(post.rawText()).isEqualTo("first … https://t.co/x");
    }

    @Test
    void theNewVocabularyOfALongPostIsReadToo() {
        assertThat(post("{\"data\":{\"id\":\"1\",\"text\":\"cut\",\"note_post\":{\"text\":\"whole\"}}}")
                        .text())
                .isEqualTo("whole");
    }

    @Test
    void aNoteWithoutTextDoesNotHideTheText() {
        assertThat(post("{\"data\":{\"id\":\"1\",\"text\":\"here\",\"note_tweet\":{\"text\":null}}}")
                        .text())
                .isEqualTo("here");
    }

    @Test
    void theTextIsUnescapedOnceAndTheRawTextIsNot() {
        Post post = post("{\"data\":{\"id\":\"1\",\"text\":\"&lt;b&gt; &amp;amp; &amp;lt; &quot; &\"}}");

        assertThat(post.text()).isEqualTo("<b> &amp; &lt; &quot; &");
        assertThat(post.rawText()).isEqualTo("&lt;b&gt; &amp;amp; &amp;lt; &quot; &");
    }

    @Test
    void escapesAndRawCharactersReadTheSame() {
        Post escaped = post("{\"data\":{\"id\":\"1\",\"text\":\"\\ud83d\\ude00 caf\\u00e9 sl\\/ash\"}}");
        Post raw = post("{\"data\":{\"id\":\"1\",\"text\":\"😀 café sl/ash\"}}");

        assertThat(escaped.text()).isEqualTo(raw.text());
    }

    @Test
    void aPostWithoutTextHasAnEmptyOne() {
        assertThat(post("{\"data\":{\"id\":\"1\"}}").text()).isEmpty();
        assertThat(post("{\"data\":{\"id\":\"1\",\"text\":null}}").rawText()).isEmpty();
    }

    @Test
    void theCreationIsTheFieldIfItIsThere() {
        assertThat(post("{\"data\":{\"id\":\"1346889436626259968\",\"created_at\":\"2021-01-06T18:40:40.000Z\"}}")
                        .createdAt())
                .isEqualTo("2021-01-06T18:40:40Z");
        assertThat(post("{\"data\":{\"id\":\"1\",\"created_at\":\"2021-01-06T10:40:40-08:00\"}}")
                        .createdAt())
                .isEqualTo("2021-01-06T18:40:40Z");
    }

    @Test
    void withoutTheFieldTheIdTellsTheCreation() {
        assertThat(post("{\"data\":{\"id\":\"1346889436626259968\"}}").createdAt())
                .isEqualTo("2021-01-06T18:40:40.344Z");
        assertThat(post("{\"data\":{\"id\":\"1346889436626259968\",\"created_at\":\"yesterday\"}}")
                        .createdAt())
                .isEqualTo("2021-01-06T18:40:40.344Z");
    }

    @Test
    void anIdThatTellsNoTimeLeavesTheReceipt() {
        assertThat(post("{\"data\":{\"id\":\"1234567890\"}}").createdAt()).isEqualTo(NOW);
    }

    @Test
    void matchingRulesAreReadWhateverFormTheirIdsHave() {
        Post post = post("""
                {"data":{"id":"1"},"matching_rules":[{"id":1359605299078914049,"tag":"test"},{"id":"1359605299078914050"},\
                {"id":"3","tag":""},{"id":"4","tag":null,"embedding_similarity":0.4523}]}""");

        assertThat(post.matchingRules())
                .containsExactly(
                        new MatchingRule("1359605299078914049", "test"),
                        new MatchingRule("1359605299078914050", ""),
                        new MatchingRule("3", ""),
                        new MatchingRule("4", ""));
    }

    @Test
    void aPostOfASampleStreamHasNoRules() {
        assertThat(post("{\"data\":{\"id\":\"1\"}}").matchingRules()).isEmpty();
    }

    @Test
    void theErrorsBesideThePostAreTold() {
        Post post = post("""
                {"data":{"id":"1"},"errors":[{"value":"2","detail":"Sorry, you are not authorized","title":"Authorization Error",\
                "type":"https://api.twitter.com/2/problems/not-authorized-for-resource"},{"title":"Not Found Error"}]}""");

        assertThat(post.errors()).extracting("title").containsExactly("Authorization Error", "Not Found Error");
        assertThat(post.errors().get(0).type()).isEqualTo("not-authorized-for-resource");
    }

    private static final String WHOLE = """
            {"data":{"id":"1","author_id":"7","lang":"en","public_metrics":{"like_count":3,"retweet_count":2},\
            "attachments":{"media_keys":["3_b","3_a","3_gone"]},"referenced_tweets":[{"type":"quoted","id":"5"}]},\
            "includes":{"users":[{"id":"6","username":"dog"},{"id":"7","username":"cat","name":"A cat","verified":true,\
            "public_metrics":{"followers_count":9}}],"media":[{"media_key":"3_a","type":"photo","url":"https://a",\
            "alt_text":"a cat","width":2,"height":1},{"media_key":"3_b","type":"video","preview_image_url":"https://b"}]}}""";

    @Test
    void theAuthorIsJoinedFromTheUsersThatCameAlong() {
        Post post = post(WHOLE);

        assertThat(post.authorId()).hasValue(7);
        assertThat(post.author()).contains(new Author(7, "cat", "A cat", true, OptionalLong.of(9), Optional.empty()));
        assertThat(post.lang()).contains("en");
    }

    @Test
    void countsMediaAndReferencesAreRead() {
        Post post = post(WHOLE);

        assertThat(post.metrics()).contains(new Metrics(3, 2, 0, 0, 0, 0));
        assertThat(post.media())
                .containsExactly(
                        new Media(
                                "3_b",
                                "video",
                                Optional.empty(),
                                Optional.of("https://b"),
                                Optional.empty(),
                                OptionalInt.empty(),
                                OptionalInt.empty()),
                        new Media(
                                "3_a",
                                "photo",
                                Optional.of("https://a"),
                                Optional.empty(),
                                Optional.of("a cat"),
                                OptionalInt.of(2),
                                OptionalInt.of(1)));
        assertThat(post.referenced()).containsExactly(new Reference("quoted", 5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":{\"id\":\"1\"}}",
                "{\"data\":{\"id\":\"1\",\"author_id\":\"7\"},\"includes\":{\"users\":[{\"id\":\"8\"}]}}",
                """
                {"data":{"id":"1","author_id":{},"lang":7,"public_metrics":[],"attachments":"x","referenced_tweets":{"a":1}},\
                "includes":[1]}""",
                """
                {"data":{"id":"1","author_id":"99999999999999999999","lang":null,"public_metrics":null,\
                "attachments":{"media_keys":[null,1]},"referenced_tweets":[{"id":null},7]},\
                "includes":{"users":"all","media":[null,{"media_key":1}]}}"""
            })
    void whatXDidNotSendOrSentOddlyIsEmpty(String line) {
        Post post = post(line);

        assertThat(post.author()).isEmpty();
        assertThat(post.lang()).isEmpty();
        assertThat(post.metrics()).isEmpty();
        assertThat(post.media()).isEmpty();
        assertThat(post.referenced()).isEmpty();
    }

    record Line(Data data, Includes includes) {}

    record Data(String id, String text) {}

    record Includes(List<User> users) {}

    record User(String username) {}

    @Test
    void theLineCanBeReadAsATypeOfTheUsers() {
        Line line = post("""
                {"data":{"id":"1","text":"hi","new":true},"includes":{"users":[{"id":"2","username":"cat"}]},"other":1}""").readAs(Line.class);

        assertThat(line.data()).isEqualTo(new Data("1", "hi"));
        assertThat(line.includes().users()).containsExactly(new User("cat"));
    }

    record Misfit(int data) {}

    @Test
    void aTypeThatDoesNotFitIsNamedWithThePost() {
        Post post = post("{\"data\":{\"id\":\"77\"}}");

        assertThatThrownBy(() -> post.readAs(Misfit.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("77")
                .hasMessageContaining("Misfit");
    }

    @Test
    void theBytesAreExactlyThoseOfTheLine() throws IOException {
        byte[] line =
                "{ \"data\" : {\"id\":\"1\",\"text\":\"\\u00e9 \u2028 &amp; 🥁\"}}".getBytes(StandardCharsets.UTF_8);
        Post post = post(line);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        post.writeTo(out);
        post.bytes()[0] = 'X';

        assertThat(out.toByteArray()).isEqualTo(line);
        assertThat(post.bytes()).isEqualTo(line);
        assertThat(post.length()).isEqualTo(line.length);
    }

    @Test
    void bytesThatAreNoUtf8AreReadAsReplacementsAndKeptAsTheyAre() {
        byte[] line = "{\"data\":{\"id\":\"1\",\"text\":\"a?b\"}}".getBytes(StandardCharsets.UTF_8);
        line[new String(line, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xFF;
        Post post = post(line);

        assertThat(post.text()).isEqualTo("a\uFFFDb");
        assertThat(post.bytes()).isEqualTo(line);
    }

    @Test
    void theTreeHoldsTheWholeLine() {
        JsonNode json =
                post("{\"includes\":{\"media\":[1]},\"data\":{\"id\":\"1\"}}").json();

        assertThat(json.path("includes").path("media")).hasSize(1);
    }

    @Test
    void postsOfOneIdAreEqual() {
        assertThat(post("{\"data\":{\"id\":\"1\",\"text\":\"a\"}}"))
                .isEqualTo(post("{\"data\":{\"id\":\"1\",\"text\":\"b\"}}"))
                .hasSameHashCodeAs(post("{\"data\":{\"id\":\"1\"}}"))
                .isNotEqualTo(post("{\"data\":{\"id\":\"2\",\"text\":\"a\"}}"));
    }

    private static Post post(String line) {
        return post(line.getBytes(StandardCharsets.UTF_8));
    }

    private static Post post(byte[] line) {
        return PostLine.read(line, new Source(Origin.LIVE), NOW).orElseThrow();
    }
}
