package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.line.EnvelopeScanner;
import io.gapless.stream.line.PostParts;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post.MatchingRule;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.spi.DamagedPost;
import io.gapless.stream.spi.Message;
import io.gapless.stream.spi.MessageParser;
import io.gapless.stream.spi.ReceivedPost;
import io.gapless.stream.spi.Source;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Any line. What it is, by the scanner and by the slower way, must agree with Jackson's reading of it as a tree, and a post that came out must be readable. */
class MessageParserFuzzTest {
    private static final ObjectMapper TREES = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final ObjectMapper NO_NAME_TWICE = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

    @DictionaryFile(resourcePath = "MessageParserFuzzTest.dict")
    @FuzzTest(maxDuration = "60s")
    void aLineIsWhatItsTreeIs(byte[] line) {
        Source source = new Source(Origin.LIVE);
        Message message = MessageParser.parse(line, 0, line.length, id -> source, Instant.EPOCH);
        assertScanner(line, MessageParser.byJackson(line, id -> source, Instant.EPOCH));

        Optional<JsonNode> tree = tree(line).or(() -> tree(repaired(line)));
        // The tree takes -0 for 0, which is no id of a post anyway.
        if (tree.isPresent() && isZero(tree.get().at("/data/id"))) return;
        OptionalLong id = tree.isPresent() ? id(tree.get()) : OptionalLong.empty();
        if (message instanceof DamagedPost damaged) {
            assertThat(tree(line)).isEmpty();
            assertPost(damaged.post(), line, tree, id);
        } else if (message instanceof ReceivedPost post) {
            assertPost(post, line, tree, id);
        } else {
            assertThat(id).isEmpty();
            boolean notJson = message.equals(new Message.Malformed(LineFault.NOT_JSON));
            assertThat(notJson).isEqualTo(tree.isEmpty());
        }
        assertHead(line, id, MessageParser.idInHead(line));
    }

    /** What the scanner takes for a post is, for Jackson, a post of the same id that is not damaged. */
    private static void assertScanner(byte[] line, Message byJackson) {
        long scanned = EnvelopeScanner.postId(line, 0, line.length);
        if (scanned == EnvelopeScanner.SURPRISE) return;
        assertThat(byJackson).isInstanceOfSatisfying(ReceivedPost.class, post -> assertThat(post.id())
                .isEqualTo(scanned));
    }

    private static boolean isZero(JsonNode id) {
        return id.isIntegralNumber() && id.bigIntegerValue().signum() == 0;
    }

    private static void assertPost(ReceivedPost post, byte[] line, Optional<JsonNode> tree, OptionalLong id) {
        assertThat(id).hasValue(post.id());
        assertThat(post.json()).isEqualTo(tree.orElseThrow());
        assertThat(post.bytes()).isEqualTo(line);
        assertThat(post.length()).isEqualTo(line.length);
        assertBasics(post.unread(), tree.orElseThrow());
        assertBasics(post, post.json());
        assertThat(post.errors()).hasSize(post.json().path("errors").size());
        assertThat(post.author()).isNotNull();
        assertThat(post.metrics()).isNotNull();
        assertThat(post.media()).isNotNull();
        assertThat(post.referenced()).isNotNull();
        assertThat(post.readAs(JsonNode.class)).isEqualTo(post.json());
        assertThat(post.toString()).startsWith("Post " + post.id() + " ");
        for (int cut = line.length - 1; cut > 0 && cut > line.length - 100; cut--) {
            byte[] head = Arrays.copyOf(line, cut);
            assertHead(line, id, MessageParser.idInHead(head));
        }
    }

    /** What is read without a tree is what the tree has. */
    private static void assertBasics(ReceivedPost post, JsonNode tree) {
        JsonNode data = tree.path("data");
        String rawText = data.path("text").asText("");
        String note = data.path("note_tweet").path("text").asText("");
        if (note.isEmpty()) note = data.path("note_post").path("text").asText("");
        String text = note.isEmpty() ? rawText : note;
        assertThat(post.rawText()).isEqualTo(rawText);
        assertThat(post.text())
                .isEqualTo(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
        assertThat(post.createdAt())
                .isEqualTo(createdAt(post, data.path("created_at").asText("")));
        assertThat(post.authorId()).isEqualTo(PostParts.id(data.path("author_id")));
        assertThat(post.lang()).isEqualTo(PostParts.text(data.path("lang")));
        List<MatchingRule> rules = new ArrayList<>();
        for (JsonNode rule : tree.path("matching_rules")) {
            rules.add(new MatchingRule(
                    rule.path("id").asText(""), rule.path("tag").asText("")));
        }
        assertThat(post.matchingRules()).isEqualTo(rules);
    }

    private static Instant createdAt(ReceivedPost post, String field) {
        try {
            return OffsetDateTime.parse(field).toInstant();
        } catch (DateTimeException e) {
            return Snowflake.carriesTime(post.id()) ? Snowflake.time(post.id()) : post.receivedAt();
        }
    }

    /** What is found in a head is the line's id, or another one if a name stands there twice. */
    private static void assertHead(byte[] line, OptionalLong id, OptionalLong found) {
        if (found.isPresent() && id.isPresent() && noNameTwice(line))
            assertThat(found).isEqualTo(id);
    }

    private static boolean noNameTwice(byte[] line) {
        try {
            NO_NAME_TWICE.readTree(line);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Optional<JsonNode> tree(byte[] line) {
        // As UTF-16 or UTF-32, which Jackson would guess, it is no JSON.
        for (int i = 0; i < Math.min(line.length, 4); i++) if (line[i] == 0) return Optional.empty();
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
            return Optional.of(TREES.readTree(line)).filter(tree -> !tree.isMissingNode());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte[] repaired(byte[] line) {
        return new String(line, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    }

    private static OptionalLong id(JsonNode tree) {
        JsonNode id = tree.path("data").path("id");
        boolean digits = id.isTextual() && id.asText().matches("[0-9]{1,19}");
        if (!digits && !id.isIntegralNumber()) return OptionalLong.empty();
        BigInteger number = new BigInteger(id.asText());
        return number.signum() < 0 || number.compareTo(LARGEST) > 0
                ? OptionalLong.empty()
                : OptionalLong.of(number.longValue());
    }
}
