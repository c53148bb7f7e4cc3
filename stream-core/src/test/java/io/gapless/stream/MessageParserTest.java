package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.spi.DamagedPost;
import io.gapless.stream.spi.Message;
import io.gapless.stream.spi.MessageParser;
import io.gapless.stream.spi.Source;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageParserTest {
    private static final Source LIVE = new Source(Origin.LIVE);
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    static Stream<Arguments> posts() {
        return Stream.of(
                arguments("quickstart", 1234567890L, """
                        {"data":{"id":"1234567890","text":"Look at this cute cat! 🐱","author_id":"9876543210","created_at":"2024-01-15T10:35:00.000Z","edit_history_tweet_ids":["1234567890"]},"includes":{"users":[{"id":"9876543210","username":"catperson"}]},"matching_rules":[{"id":"1273026480692322304","tag":"cats with images"}]}"""),
                arguments("embedding", 1784600000000000001L, """
                        {"data":{"id":"1784600000000000001","text":"The new carbon tax"},"matching_rules":[{"id":"1784567890123456789","tag":"climate","embedding_similarity":0.4523,"embedding_threshold":0.4}]}"""),
                arguments("edited", 2080763906927337796L, """
                        {"data":{"id":"2080763906927337796","text":"final","edit_history_tweet_ids":["2080761390344937796","2080763906927337796"],"edit_controls":{"edits_remaining":3,"is_edit_eligible":true}},"matching_rules":[{"id":"2080000000000000000","tag":"x"}]}"""),
                arguments("post vocabulary", 2080761390344937796L, """
                        {"data":{"id":"2080761390344937796","text":"hi","edit_history_post_ids":["2080761390344937796"],"referenced_posts":[{"type":"quoted","id":"1327011423252144128"}]},"includes":{"posts":[{"id":"1327011423252144128","text":"x"}]}}"""),
                arguments("includes before data", 7L, """
                        {"includes":{"users":[{"id":"1"}],"tweets":[{"id":"2","data":{"id":"3"}}]},"matching_rules":[{"id":4}],"data":{"author":{"id":"5"},"x":[{"id":"6"}],"id":"7"}}"""),
                arguments("errors beside data", 1503558000000000000L, """
                        {"data":{"id":"1503558000000000000","text":"RT"},"errors":[{"value":"1","detail":"Sorry","title":"Authorization Error","type":"https://api.twitter.com/2/problems/not-authorized-for-resource"}]}"""),
                arguments("errors before data", 8L, """
                        {"errors":[{"title":"x","disconnect_type":"y"}],"data":{"id":"8"}}"""),
                arguments("numeric id", 1359605299078914049L, """
                        {"data":{"id":1359605299078914049}}"""),
                arguments("above 2^53", 9007199254740993L, """
                        {"data":{"id":"9007199254740993"}}"""),
                arguments("largest", Long.MAX_VALUE, """
                        {"data":{"id":"9223372036854775807"}}"""),
                arguments("zero", 0L, """
                        {"data":{"id":"0"}}"""),
                arguments("leading zeros", 12L, """
                        {"data":{"id":"0012"}}"""),
                arguments("escaped key and id", 42L, """
                        {"d\\u0061ta":{"\\u0069d":"\\u0034\\u0032"}}"""),
                arguments("white space", 5L, " { \"data\" : { \"id\" : \"5\" } } "),
                arguments("unknown fields", 6L, """
                        {"new":[1,{"a":[]}],"data":{"new":{"id":{"id":1}},"id":"6","more":null}}"""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("posts")
    void aLineWithAnIdInItsDataIsAPost(String name, long id, String line) {
        Message message = parse(line);

        assertThat(message).isInstanceOf(Post.class);
        Post post = (Post) message;
        assertThat(post.id()).isEqualTo(id);
        assertThat(post.bytes()).isEqualTo(bytes(line));
        assertThat(post.origin()).isEqualTo(Origin.LIVE);
        assertThat(post.receivedAt()).isEqualTo(NOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":{}}",
                "{\"data\":{\"text\":\"x\"}}",
                "{\"data\":{\"id\":\"\"}}",
                "{\"data\":{\"id\":null}}",
                "{\"data\":{\"id\":-5}}",
                "{\"data\":{\"id\":\"-5\"}}",
                "{\"data\":{\"id\":1.5}}",
                "{\"data\":{\"id\":true}}",
                "{\"data\":{\"id\":{\"id\":\"1\"}}}",
                "{\"data\":{\"id\":[1]}}",
                "{\"data\":{\"id\":\"12a\"}}",
                "{\"data\":{\"id\":\"9223372036854775808\"}}",
                "{\"data\":{\"id\":9223372036854775808}}",
                "{\"data\":{\"id\":\"20807613903449377960\"}}",
                "{\"data\":{\"id\":\"٣\"}}",
                "{\"data\":{\"text\":\"x\"},\"errors\":[{\"title\":\"y\"}]}"
            })
    void dataWithoutAUsableIdIsTold(String line) {
        assertThat(parse(line)).isEqualTo(new Message.Malformed(LineFault.NO_ID));
    }

    static Stream<Arguments> notices() {
        return Stream.of(
                arguments("UpstreamOperationalDisconnect", """
                        {"errors":[{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect","detail":"This stream has been disconnected upstream for operational reasons.","type":"https://api.x.com/2/problems/operational-disconnect"}]}"""),
                arguments("OperationalDisconnect", """
                        {"title":"operational-disconnect","disconnect_type":"OperationalDisconnect","detail":"This stream has been disconnected for operational reasons.","type":"https://api.twitter.com/2/problems/operational-disconnect"}"""),
                arguments("TooManyConnections", """
                        {"errors":[{"title":"ConnectionException","detail":"This stream is currently at the maximum allowed connection limit.","connection_issue":"TooManyConnections","type":"https://api.x.com/2/problems/streaming-connection"}]}"""),
                arguments("SlowReader", """
                        {"disconnect_type":"SlowReader"}"""),
                arguments("RulesInvalidIssue", """
                        {"connection_issue":"RulesInvalidIssue"}"""),
                arguments("operational-disconnect", """
                        {"title":"","type":"https://api.x.com/2/problems/operational-disconnect"}"""),
                arguments("operational-disconnect", """
                        {"data":null,"errors":[{"type":"https://api.x.com/2/problems/operational-disconnect"}]}"""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notices")
    void errorsWithoutDataAreANotice(String name, String line) {
        Message message = parse(line);

        assertThat(message).isInstanceOf(Message.Notice.class);
        assertThat(((Message.Notice) message).problem().isNamed(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"errors\":[{\"value\":\"17\",\"title\":\"Not Found Error\",\"resource_type\":\"tweet\",\"parameter\":\"id\",\"resource_id\":\"17\",\"type\":\"https://api.twitter.com/2/problems/resource-not-found\"}],\"matching_rules\":[{\"id\":\"1\"}]}",
                "{\"data\":null,\"errors\":[{\"title\":\"Not Found Error\",\"parameter\":\"id\",\"type\":\"https://api.twitter.com/2/problems/resource-not-found\"}]}",
                "{\"title\":\"Not Found Error\",\"resource_id\":\"17\",\"type\":\"https://api.x.com/2/problems/resource-not-found\"}"
            })
    void errorsAboutOnePostEndNothing(String line) {
        assertThat(parse(line)).isInstanceOfSatisfying(Message.PostUnavailable.class, unavailable -> assertThat(
                        unavailable.problem().title())
                .isEqualTo("Not Found Error"));
    }

    @Test
    void aProblemOfTheStreamGoesBeforeThoseOfPosts() {
        Message message = parse(
                "{\"errors\":[{\"title\":\"Not Found Error\",\"resource_id\":\"17\"},{\"disconnect_type\":\"SlowReader\"}]}");

        assertThat(message).isInstanceOfSatisfying(Message.Notice.class, notice -> assertThat(
                        notice.problem().isNamed("SlowReader"))
                .isTrue());
    }

    @Test
    void anInfoLineIsInfo() {
        Message message = parse(
                "{\"info\":{\"message\":\"Replay Request Completed\",\"sent\":\"2013-11-05T17:04:04+00:00\",\"activity_count\":8874}}");

        assertThat(message).isInstanceOf(Message.Info.class);
        assertThat(((Message.Info) message)
                        .json()
                        .path("info")
                        .path("activity_count")
                        .asInt())
                .isEqualTo(8874);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "[{\"data\":{\"id\":\"1\"}}]",
                "1",
                "\"text\"",
                "null",
                "{\"data\":[]}",
                "{\"data\":\"x\"}",
                "{\"type\":\"connection_metadata\",\"datacenter\":\"atla\",\"timestamp\":1753391148000}",
                "{\"info\":\"text\"}",
                "{\"errors\":[]}",
                "{\"errors\":[\"boom\",null]}",
                "{\"data\":null}",
                "{\"data\":null,\"errors\":[]}"
            })
    void validJsonOfAnotherKindIsUnknown(String line) {
        assertThat(parse(line)).isEqualTo(new Message.Unknown(line));
    }

    @Test
    void ofDataThatStandsThereTwiceTheLastCountsAsItDoesForTheText() {
        Message message = parse("{\"data\":{\"id\":\"1\"},\"data\":{\"id\":\"2\",\"text\":\"b\"}}");

        assertThat(((Post) message).id()).isEqualTo(2);
        assertThat(((Post) message).text()).isEqualTo("b");
        assertThat(parse("{\"data\":{\"id\":\"1\"},\"data\":{\"text\":\"b\"}}"))
                .isEqualTo(new Message.Malformed(LineFault.NO_ID));
        assertThat(parse("{\"data\":{\"id\":\"1\"},\"data\":null}")).isInstanceOf(Message.Unknown.class);
    }

    @Test
    void anUnknownMessageIsToldUpToABound() {
        Message message = parse("{\"new\":\"" + "é".repeat(10_000) + "\"}");

        assertThat(message).isInstanceOf(Message.Unknown.class);
        assertThat(((Message.Unknown) message).json()).hasSizeLessThanOrEqualTo(4_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html><body>503</body></html>",
                "   ",
                "{",
                "{\"data\":{\"id\":\"1\"}",
                "{\"data\":{\"id\":\"1\"}}}",
                "{\"data\":{\"id\":\"1\"}} {}",
                "{\"data\":{\"id\":\"1\"}}{\"data\":{\"id\":\"2\"}}",
                "{\"data\":{\"id\":\"1\"}} garbage",
                "{\"data\":{\"id\":\"1\",}}",
                "{'data':{'id':'1'}}",
                "{\"data\":{\"id\":\"1\"}\"includes\":{}}",
                "{\"data\":{\"id\":\"1\",\"text\":\"a\tb\"}}",
                "{\"data\":{\"id\":\"1\",\"text\":\"\\q\"}}",
                "{\"data\":{\"id\":\"1\",\"n\":NaN}}",
                "{\"errors\":[}"
            })
    void aLineThatIsNoJsonIsTold(String line) {
        assertThat(parse(line)).isEqualTo(new Message.Malformed(LineFault.NOT_JSON));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32"})
    void aLineInAnotherEncodingThanUtf8IsNoJson(String encoding) {
        byte[] line = "{\"data\":{\"id\":\"5\"}}".getBytes(Charset.forName(encoding));

        assertThat(parse(line)).isEqualTo(new Message.Malformed(LineFault.NOT_JSON));
        assertThat(MessageParser.idInHead(line)).isEmpty();
    }

    @Test
    void aNameWithAByteThatIsNoUtf8IsNotTheNameWithoutIt() {
        byte[] line = bytes("{\"data\":{\"!id\":\"5\",\"id\":\"7\"}}");
        parse(line);
        line[10] = (byte) 0xFF;

        assertThat(parse(line)).isInstanceOfSatisfying(DamagedPost.class, damaged -> assertThat(
                        damaged.post().id())
                .isEqualTo(7));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 500, 5_000, 200_000})
    void deepNestingNeverOverflowsTheStack(int depth) {
        String line = "{\"data\":{\"id\":\"1\",\"x\":" + "[".repeat(depth) + "]".repeat(depth) + "}}";

        Message message = parse(line);

        if (message instanceof Post post) assertThat(post.text()).isEmpty();
        else assertThat(message).isEqualTo(new Message.Malformed(LineFault.NOT_JSON));
        assertThat(message instanceof Post).isEqualTo(depth < 900);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 999, 1_001, 20_000})
    void whatBecomesAPostCanBeReadWhateverNumbersItHolds(int digits) {
        String number = "9".repeat(digits);
        for (String value : new String[] {number, "-" + number, number + ".5", "1e" + number, "0." + number}) {
            Message message = parse("{\"data\":{\"id\":\"1\",\"text\":\"t\",\"x\":" + value + "}}");

            if (message instanceof Post post) assertThat(post.text()).isEqualTo("t");
            else assertThat(message).isEqualTo(new Message.Malformed(LineFault.NOT_JSON));
        }
    }

    @Test
    void theIdIsFoundInTheHeadOfALineThatIsCutOff() {
        assertThat(MessageParser.idInHead(bytes("{\"data\":{\"id\":\"123\",\"text\":\"ab")))
                .hasValue(123);
        assertThat(MessageParser.idInHead(bytes("{\"includes\":{\"id\":\"1\"},\"data\":{\"id\":456,\"te")))
                .hasValue(456);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"data\":{\"text\":\"ab",
                "{\"data\":{\"id\":\"12",
                "{\"data\":{\"id\":12",
                "{\"data\":{\"id\":",
                "{\"includes\":{\"tweets\":[{\"id\":\"123\"",
                "[{\"data\":{\"id\":\"1\"}}",
                "not json"
            })
    void noIdIsMadeUpFromAHeadThatHoldsNone(String head) {
        assertThat(MessageParser.idInHead(bytes(head))).isEmpty();
    }

    private static Message parse(String line) {
        return parse(bytes(line));
    }

    /** The line stands inside a larger buffer, as it does in a session. */
    private static Message parse(byte[] line) {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        buffer.writeBytes(bytes("{\"data\":{\"id\":\"99\"}}\n"));
        int from = buffer.size();
        buffer.writeBytes(line);
        int to = buffer.size();
        buffer.writeBytes(bytes("\n{\"data\":"));
        return MessageParser.parse(buffer.toByteArray(), from, to, id -> LIVE, NOW);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
