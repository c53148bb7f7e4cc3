package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.line.EnvelopeScanner;
import io.gapless.stream.line.LineScanner;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.spi.Message;
import io.gapless.stream.spi.MessageParser;
import io.gapless.stream.spi.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeScannerTest {
    private static final long ID = 1990000000000000001L;
    private static final Source LIVE = new Source(Origin.LIVE);
    private static final int MUTANTS_PER_SEED = 20_000;
    private static final int MUTATIONS_MAX = 4;

    /** Lines as X sends them; together they hold everything that the scanner distinguishes. */
    private static final List<byte[]> LINES = List.of(bytes("""
                    {"data":{"author_id":"9876543210","created_at":"2026-11-22T12:00:00.000Z","edit_controls":{"edits_remaining":5,"is_edit_eligible":true,"editable_until":"2026-11-22T13:00:00.000Z"},"edit_history_tweet_ids":["1990000000000000001"],"entities":{"hashtags":[{"start":10,"end":14,"tag":"cat"}],"urls":[]},"id":"1990000000000000001","possibly_sensitive":false,"public_metrics":{"retweet_count":0,"like_count":12},"geo":{},"text":"Look at this cute cat! 🐱 \\"Mietze\\"\\n frißt 今日は猫\\u00e9 \\ud83d\\ude00 &amp;\\/"},"includes":{"users":[{"id":"9876543210","name":"Zoë","verified":false,"withheld":null}]},"matching_rules":[{"id":"1273026480692322304","tag":"cats with images"}]}"""), bytes("""
                    {"matching_rules":[{"id":1784567890123456789,"tag":"","embedding_similarity":0.4523,"embedding_threshold":-1.5E-3}],"errors":[{"title":"Authorization Error"}],"data":{"id":"1990000000000000001","text":""}}"""), bytes("""
                    {"data":{"text":"RT","referenced_tweets":[{"type":"retweeted","id":"1327011423252144128"}],"id":"1990000000000000001"},"includes":{"tweets":[{"id":"1327011423252144128","data":{"id":"7"}}]}}"""));

    private static final List<byte[]> SNIPPETS = List.of(
            bytes("\"id\":\"7\","),
            bytes("\"data\":{\"id\":\"7\"},"),
            bytes("\"id\":null,"),
            bytes("\"data\":null,"),
            bytes("\"i\\u0064\":\"7\","),
            bytes(",\"x\":[[],{},-0.10,0,01,1e5,1.,-,tru,true]"),
            bytes("\\"),
            bytes("\\u12"),
            bytes("\""),
            bytes("}"),
            bytes("]"),
            bytes("{"),
            bytes(" "),
            bytes("\u0000"),
            bytes("é"),
            bytes("\u2028"),
            new byte[] {(byte) 0xC0, (byte) 0x80},
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            new byte[] {(byte) 0xF0, (byte) 0x80, (byte) 0x80, (byte) 0x80},
            new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            new byte[] {(byte) 0xFF},
            new byte[] {0x7F});

    @Test
    void ordinaryLinesAreReadWithoutJackson() {
        assertThat(scan(LINES.get(0))).isEqualTo(ID);
        assertThat(scan(LINES.get(2))).isEqualTo(ID);
    }

    @Test
    void onlyTheBytesBetweenTheBoundsAreLookedAt() {
        byte[] line = LINES.get(0);
        byte[] surrounded = new byte[line.length + 20];
        Arrays.fill(surrounded, (byte) '"');
        System.arraycopy(line, 0, surrounded, 10, line.length);

        assertThat(EnvelopeScanner.postId(surrounded, 10, 10 + line.length)).isEqualTo(ID);
        assertThat(EnvelopeScanner.postId(surrounded, 10, 9 + line.length)).isEqualTo(EnvelopeScanner.SURPRISE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"data\":{}}",
                "{\"data\":null}",
                "{\"data\":{\"id\":\"\"}}",
                "{\"data\":{\"id\":\"9223372036854775808\"}}",
                "{\"data\":{\"id\":\"-7\"}}",
                "{\"data\":{\"id\":7}}",
                "{\"data\":{\"id\":\"7\",\"id\":\"8\"}}",
                "{\"data\":{\"id\":\"7\"},\"data\":{\"id\":\"8\"}}",
                "{\"data\":{\"id\":\"7\"},\"d\\u0061ta\":{\"id\":\"8\"}}",
                "{\"data\":{\"id\":\"7\",\"i\\u0064\":\"8\"}}",
                "{\"data\":{\"id\":\"7\"},\"data\":null}",
                "{\"data\":{\"id\":\"7\",\"id\":null}}",
                "{\"data\":{\"id\":\"7\"}} ",
                "{\"data\":{\"id\":\"7\"}}{}",
                "[{\"data\":{\"id\":\"7\"}}]",
                "{\"errors\":[{\"id\":\"7\"}]}",
                "{\"x\":{\"data\":{\"id\":\"7\"}}}"
            })
    void whatIsUnusualIsLeftToJackson(String line) {
        assertThat(scan(bytes(line))).isEqualTo(EnvelopeScanner.SURPRISE);
    }

    @Test
    void deepNestingIsLeftToJackson() {
        String nested = "[".repeat(5_000) + "]".repeat(5_000);

        assertThat(scan(bytes("{\"x\":" + nested + ",\"data\":{\"id\":\"7\"}}")))
                .isEqualTo(EnvelopeScanner.SURPRISE);
    }

    /** A line that yields an id here is a post with this id there, and has the same tree. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void mutatedLinesAreReadAsJacksonReadsThem(long seed) throws IOException {
        SplittableRandom chance = new SplittableRandom(seed);
        int accepted = 0;
        for (int i = 0; i < MUTANTS_PER_SEED; i++) {
            byte[] line = mutant(chance);
            long id = scan(line);
            if (id == EnvelopeScanner.SURPRISE) continue;
            accepted++;
            String shown = new String(line, StandardCharsets.UTF_8);
            Message message = MessageParser.byJackson(line, x -> LIVE, Instant.EPOCH);
            assertThat(message).as(shown).isInstanceOf(Post.class);
            assertThat(((Post) message).id()).as(shown).isEqualTo(id);
            LineTreeTest.assertReadsAsJackson(line);
        }
        // Both sides of the border were visited.
        assertThat(accepted).isBetween(MUTANTS_PER_SEED / 20, MUTANTS_PER_SEED * 19 / 20);
    }

    private static byte[] mutant(SplittableRandom chance) {
        byte[] line = LINES.get(chance.nextInt(LINES.size()));
        for (int left = 1 + chance.nextInt(MUTATIONS_MAX); left > 0; left--) line = mutated(line, chance);
        return line;
    }

    private static byte[] mutated(byte[] line, SplittableRandom chance) {
        int from = chance.nextInt(line.length + 1);
        int to = Math.min(line.length, from + chance.nextInt(12));
        byte[] other = LINES.get(chance.nextInt(LINES.size()));
        int piece = chance.nextInt(other.length);
        return switch (chance.nextInt(6)) {
            case 0 -> spliced(line, from, to, new byte[0]);
            case 1 -> spliced(line, from, from, SNIPPETS.get(chance.nextInt(SNIPPETS.size())));
            case 2 -> spliced(line, from, from, Arrays.copyOfRange(line, from, to));
            case 3 -> spliced(line, from, Math.min(line.length, from + 1), new byte[] {(byte) chance.nextInt(256)});
            case 4 -> spliced(line, from, to, Arrays.copyOfRange(other, piece, Math.min(other.length, piece + 12)));
            default -> betweenTokens(line, from, SNIPPETS.get(chance.nextInt(SNIPPETS.size())));
        };
    }

    /** Behind the next comma or bracket, where more of it is JSON. */
    private static byte[] betweenTokens(byte[] line, int from, byte[] snippet) {
        int at = from;
        while (at < line.length && line[at] != ',' && line[at] != '{') at++;
        int behind = Math.min(line.length, at + 1);
        return spliced(line, behind, behind, snippet);
    }

    private static byte[] spliced(byte[] line, int from, int to, byte[] middle) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(line, 0, from);
        all.writeBytes(middle);
        all.write(line, to, line.length - to);
        return all.size() == 0 ? line : all.toByteArray();
    }

    private static long scan(byte[] line) {
        return EnvelopeScanner.postId(line, 0, line.length);
    }

    @Test
    void whatIsUtf8IsWhatTheJdkTakesForIt() {
        // Bytes at the borders of the table of well-formed sequences, and plain ones.
        byte[] bytes = new byte[] {
            'a',
            'b',
            'c',
            0,
            0x7F,
            (byte) 0x80,
            (byte) 0x8F,
            (byte) 0x90,
            (byte) 0x9F,
            (byte) 0xA0,
            (byte) 0xBF,
            (byte) 0xC1,
            (byte) 0xC2,
            (byte) 0xDF,
            (byte) 0xE0,
            (byte) 0xE1,
            (byte) 0xED,
            (byte) 0xEF,
            (byte) 0xF0,
            (byte) 0xF1,
            (byte) 0xF4,
            (byte) 0xF5,
            (byte) 0xFF
        };
        Random random = new Random(7);
        int valid = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] line = new byte[random.nextInt(24)];
            for (int i = 0; i < line.length; i++) {
                line[i] = bytes[random.nextInt(random.nextInt(8) > 0 ? 3 : bytes.length)];
            }
            boolean isUtf8 =
                    Arrays.equals(line, new String(line, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
            assertThat(LineScanner.isUtf8(line)).as(Arrays.toString(line)).isEqualTo(isUtf8);
            if (isUtf8) valid++;
        }
        assertThat(valid).isBetween(20_000, 180_000);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
