package io.gapless.stream;

import static io.gapless.stream.TreeReading.assertReadsAsItsTree;

import io.gapless.stream.post.Origin;
import io.gapless.stream.spi.PostLine;
import io.gapless.stream.spi.ReceivedPost;
import io.gapless.stream.spi.Source;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostBasicsTest {
    private static final String ID = "1346889436626259968";

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "7",
            "-0",
            "0.10",
            "1e5",
            "1e999",
            "-9223372036854775808",
            "9223372036854775807",
            "9223372036854775808",
            "12345678901234567890123456789012345678901234567890",
            "\"\"",
            "\" \"",
            "\"a\"",
            "\"12\"",
            "\"-12\"",
            "\"9223372036854775807\"",
            "\"9999999999999999999\"",
            "\"99999999999999999999\"",
            "\"\\u0661\"",
            "\"&amp;lt; &lt;&gt; \\\\ \\/ \\u00e9 é 👩‍👩‍👧‍👦 \\ud83d\\ude00 \\ud83d\"",
            "\"2021-01-06T18:40:40.000Z\"",
            "\"2021-01-06T10:40:40-08:00\"",
            "\"2021-13-06T10:40:40Z\"",
            "{}",
            "[]",
            "[[]]",
            "[null,1,\"a\",[],{}]",
            "{\"text\":\"in\",\"id\":1,\"tag\":\"t\"}",
            "{\"text\":null,\"id\":null,\"tag\":null}",
            "{\"text\":{\"text\":\"deeper\"},\"id\":{\"id\":1},\"tag\":[\"t\"]}",
            "{\"text\":\"one\",\"text\":\"two\",\"id\":1,\"id\":\"2\",\"tag\":\"t\",\"tag\":[]}",
            "{\"a\":{\"id\":\"1\",\"tag\":\"t\"},\"b\":2,\"a\":{\"id\":3}}",
            "[{\"id\":1.50,\"tag\":true},{\"tag\":\"t\",\"id\":\"9\",\"new\":{\"id\":4}},{\"\\u0069d\":5}]");

    @ParameterizedTest
    @ValueSource(
            strings = {"text", "note_tweet", "note_post", "created_at", "author_id", "lang", "\\u006cang", "other"})
    void whateverStandsInAFieldOfThePostIsReadAsItsTreeIs(String field) {
        for (String value : VALUES) {
            String pair = "\"" + field + "\":" + value;
            reads("{\"data\":{\"id\":\"" + ID + "\",\"text\":\"short\"," + pair + "}}");
            reads("{\"data\":{" + pair + ",\"id\":\"1\",\"note_post\":{\"text\":\"whole\"}},\"matching_rules\":[]}");
            for (String second : VALUES) {
                reads("{\"data\":{" + pair + ",\"id\":\"" + ID + "\",\"" + field + "\":" + second + "}}");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"matching_rules", "includes", "errors", "text", "author_id"})
    void whateverStandsBesideThePostIsReadAsItsTreeIs(String field) {
        String data = "\"data\":{\"id\":\"" + ID + "\",\"text\":\"t\",\"lang\":\"en\",\"author_id\":3}";
        for (String value : VALUES) {
            String pair = "\"" + field + "\":" + value;
            reads("{" + data + "," + pair + "}");
            for (String second : VALUES) reads("{" + pair + "," + data + ",\"" + field + "\":" + second + "}");
        }
    }

    @Test
    void ofTwoPostsInALineTheLastOneCounts() {
        String first =
                "{\"data\":{\"id\":\"1\",\"text\":\"a\",\"note_tweet\":{\"text\":\"b\"},\"lang\":\"en\",\"author_id\":\"4\","
                        + "\"created_at\":\"2021-01-06T18:40:40.000Z\",\"note_post\":{\"text\":\"c\"}},\"data\":";

        reads(first + "{\"id\":\"2\"}}");
        for (String value : VALUES) reads(first + value + ",\"data\":{\"id\":\"3\",\"text\":\"d\"}}");
    }

    @Test
    void spacesAndAMarkOfTheByteOrderChangeNothing() {
        reads("\uFEFF { \"data\" : { \"id\" : \"1\" , \"text\" : \"a\" , \"note_tweet\" : { \"text\" : \"b\" } } ,\t"
                + "\"matching_rules\" : [ { \"id\" : \"1\" , \"tag\" : \"t\" } ] } ");
    }

    @Test
    void bytesThatAreNoUtf8AreReadAsTheTreeReadsThem() {
        byte[] line = bytes(
                "{\"data\":{\"te?t\":\"n\",\"id\":\"1\",\"text\":\"a?b\",\"lang\":\"?\"},\"matching_rules\":[{\"tag\":\"?\"}]}");
        for (int broken : new int[] {0xFF, 0xC3, 0xED, 0xF5, 0x80}) {
            byte[] odd = line.clone();
            for (int i = 0; i < odd.length; i++) if (odd[i] == '?') odd[i] = (byte) broken;
            assertReadsAsItsTree(post(odd));
        }
    }

    private static void reads(String line) {
        assertReadsAsItsTree(post(bytes(line)));
    }

    private static byte[] bytes(String line) {
        return line.getBytes(StandardCharsets.UTF_8);
    }

    private static ReceivedPost post(byte[] line) {
        return PostLine.read(line, new Source(Origin.LIVE), Instant.EPOCH).orElseThrow();
    }
}
