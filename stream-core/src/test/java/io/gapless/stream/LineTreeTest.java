package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.stream.line.EnvelopeScanner;
import io.gapless.stream.line.LineTree;
import io.gapless.stream.post.Origin;
import io.gapless.stream.spi.Message;
import io.gapless.stream.spi.MessageParser;
import io.gapless.stream.spi.ReceivedPost;
import io.gapless.stream.spi.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTreeTest {
    private static final ObjectMapper JACKSON = new ObjectMapper();
    private static final int LINES_PER_SEED = 5_000;
    private static final int DEPTH_MAX = 5;

    private static final List<String> CHARACTERS = List.of(
            "a",
            "Z",
            " ",
            "/",
            "é",
            "ÿ",
            "Ā",
            "\u07ff",
            "ࠀ",
            "猫",
            "\u2028",
            "\ufeff",
            "\uffff",
            "😀",
            "\u007f",
            "\\\"",
            "\\\\",
            "\\/",
            "\\b",
            "\\f",
            "\\n",
            "\\r",
            "\\t",
            "\\u0000",
            "\\u00e9",
            "\\u732B",
            "\\ud83d",
            "\\ude00",
            "\\uD83D\\uDE00",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "true",
            "12345678");

    private static final List<String> NUMBERS = List.of(
            "0",
            "-0",
            "7",
            "-1",
            "2147483647",
            "2147483648",
            "-2147483648",
            "-2147483649",
            "99999999999999999",
            "999999999999999999",
            "-999999999999999999",
            "1000000000000000000",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "18446744073709551616",
            "123456789012345678901234567890123456789012345678901234567890",
            "0.0",
            "-0.0",
            "0.10",
            "0.4523",
            "-12.5",
            "3.141592653589793238462643383279",
            "9007199254740993.0",
            "0.00000000000000000000000000000000000000000000000000000000001");

    private static final List<String> KEYS =
            List.of("", "a", "b", "id", "data", "text", "url", "edit_history_tweet_ids", "edits_remaining", "k e y");

    @Test
    void numbersHaveTheSameTypes() {
        for (String number : NUMBERS) {
            assertReadsAsJackson(line("[" + number + "]"));
            assertReadsAsJackson(line(number));
        }
    }

    @Test
    void ofEqualKeysTheLastValueCountsInTheFirstPlace() {
        assertReadsAsJackson(line("{\"a\":1,\"b\":2,\"a\":{\"c\":3},\"a\":{\"d\":4}}"));
    }

    @Test
    void theDeepestLineThatIsUsualIsRead() {
        assertReadsAsJackson(line("[".repeat(63) + "]".repeat(63)));
        assertReadsAsJackson(line("{\"a\":".repeat(62) + "{}" + "}".repeat(62)));
    }

    @Test
    void manyMembersElementsAndKeysAreRead() {
        StringBuilder members = new StringBuilder("{\"k\":[0");
        for (int i = 0; i < 5_000; i++) members.append(",").append(i);
        members.append("]");
        for (int i = 0; i < 5_000; i++)
            members.append(",\"key").append(i).append("\":").append(i);

        assertReadsAsJackson(line(members + "}"));
        assertReadsAsJackson(line(members + "}"));
    }

    @Test
    void aPostWhoseLineIsUsualHasTheTreeOfJackson() throws IOException {
        byte[] line = line("{\"b\":[1,2.5,null],\"a\":\"\\u00e9 😀\"}");
        Message post = MessageParser.parse(line, 0, line.length, x -> new Source(Origin.LIVE), Instant.EPOCH);

        assertThat(((ReceivedPost) post).json()).isEqualTo(JACKSON.readTree(line));
        assertThat(((ReceivedPost) post).unread().json().toString())
                .isEqualTo(JACKSON.readTree(line).toString());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void linesOfChanceAreReadAsJacksonReadsThem(long seed) {
        SplittableRandom chance = new SplittableRandom(seed);
        for (int i = 0; i < LINES_PER_SEED; i++) {
            StringBuilder value = new StringBuilder();
            append(value, chance, DEPTH_MAX);
            assertReadsAsJackson(line(value.toString()));
        }
    }

    /** Fails if a line that the scanner accepts has another tree than Jackson's, or the same in another order. */
    static void assertReadsAsJackson(byte[] line) {
        String shown = new String(line, StandardCharsets.UTF_8);
        assertThat(EnvelopeScanner.postId(line, 0, line.length)).as(shown).isNotEqualTo(EnvelopeScanner.SURPRISE);
        JsonNode expected;
        try {
            expected = JACKSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(shown, e);
        }
        JsonNode tree = LineTree.of(line);
        assertThat(tree).as(shown).isEqualTo(expected);
        assertThat(tree.toString()).as(shown).isEqualTo(expected.toString());
    }

    private static byte[] line(String value) {
        return ("{\"data\":{\"id\":\"1346889436626259968\"},\"x\":" + value + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static void append(StringBuilder to, SplittableRandom chance, int depth) {
        switch (chance.nextInt(depth == 0 ? 6 : 10)) {
            case 0 -> to.append("true");
            case 1 -> to.append("false");
            case 2 -> to.append("null");
            case 3 -> to.append(NUMBERS.get(chance.nextInt(NUMBERS.size())));
            case 4, 5 -> appendText(to, chance);
            case 6, 7 -> {
                to.append('[');
                for (int left = chance.nextInt(4); left > 0; left--) {
                    append(to, chance, depth - 1);
                    if (left > 1) to.append(',');
                }
                to.append(']');
            }
            default -> {
                to.append('{');
                for (int left = chance.nextInt(9); left > 0; left--) {
                    to.append('"').append(KEYS.get(chance.nextInt(KEYS.size()))).append("\":");
                    append(to, chance, depth - 1);
                    if (left > 1) to.append(',');
                }
                to.append('}');
            }
        }
    }

    private static void appendText(StringBuilder to, SplittableRandom chance) {
        to.append('"');
        for (int left = chance.nextInt(20); left > 0; left--) {
            // Runs of plain characters are usual, and the scanner reads eight bytes at a time.
            boolean plain = chance.nextInt(3) > 0;
            to.append(plain ? "plain".repeat(chance.nextInt(4)) : CHARACTERS.get(chance.nextInt(CHARACTERS.size())));
        }
        to.append('"');
    }
}
