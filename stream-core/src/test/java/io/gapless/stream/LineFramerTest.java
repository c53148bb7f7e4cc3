package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.line.LineFramer;
import io.gapless.stream.spi.MessageParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineFramerTest {
    private static final int LIMIT = 64;

    @Test
    void onlyTheByteOfALineFeedEndsALine() {
        String stream = "{\"a\":1}\r\n\r\n{\"b\":2}\n\n x\ry \n\u2028\u2029\u0085\r\n\r\r\n";

        assertThat(frame(LIMIT, stream))
                .containsExactly(
                        "{\"a\":1}", "keep-alive", "{\"b\":2}", "keep-alive", " x\ry ", "\u2028\u2029\u0085", "\r");
    }

    @Test
    void everyTwoSplitsOfAStreamGiveTheSameLines() {
        byte[] stream = bytes("é\r\n\r\n🥁\u2028x\n\na\rb\r\n" + "o".repeat(20) + "ü\r\nend\u0085\n");
        List<String> whole = frame(16, stream);

        assertThat(whole)
                .containsExactly(
                        "é",
                        "keep-alive",
                        "🥁\u2028x",
                        "keep-alive",
                        "a\rb",
                        "too long: 23, oooooooooooooooo",
                        "end\u0085");
        for (int first = 0; first <= stream.length; first++) {
            for (int second = first; second <= stream.length; second++) {
                assertThat(frame(16, cut(stream, first, second)))
                        .as("split at %d and %d", first, second)
                        .isEqualTo(whole);
            }
        }
    }

    @Test
    void aStreamThatComesByteByByteGivesTheSameLines() {
        byte[] stream = bytes("{\"text\":\"café 👩‍👩‍👧‍👦\"}\r\n\r\n{\"b\":\"\u2029\"}\n");
        int[] everywhere = new int[stream.length];
        Arrays.setAll(everywhere, i -> i + 1);

        assertThat(frame(LIMIT, cut(stream, everywhere))).isEqualTo(frame(LIMIT, stream));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 30, 63, 64})
    void aLineOfExactlyTheLimitIsTaken(int firstChunk) {
        byte[] stream = bytes("x".repeat(LIMIT) + "\n");

        assertThat(frame(LIMIT, cut(stream, firstChunk))).containsExactly("x".repeat(LIMIT));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 30, 64, 65})
    void aLineOfOneMoreThanTheLimitIsPassedOver(int firstChunk) {
        byte[] stream = bytes("x".repeat(LIMIT + 1) + "\nnext\n");

        assertThat(frame(LIMIT, cut(stream, firstChunk))).containsExactly("too long: 65, " + "x".repeat(LIMIT), "next");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65})
    void theCarriageReturnOfALineEndCountsForTheLimit(int firstChunk) {
        byte[] stream = bytes("x".repeat(LIMIT - 1) + "\r\n" + "y".repeat(LIMIT) + "\r\n");

        assertThat(frame(LIMIT, cut(stream, firstChunk)))
                .containsExactly("x".repeat(LIMIT - 1), "too long: 65, " + "y".repeat(LIMIT));
    }

    @Test
    void anOversizedLineIsPassedOverInManyChunksAndTheNextOnesAreTaken() {
        LineFramer framer = new LineFramer(1_024);
        Told told = new Told();
        byte[] chunk = bytes("z".repeat(1_000));
        for (int i = 0; i < 10_000; i++) framer.feed(chunk, chunk.length, told);
        byte[] end = bytes("\r\nfine\r\n");
        framer.feed(end, end.length, told);

        assertThat(told.lines).containsExactly("too long: 10000001, " + "z".repeat(1_024), "fine");
    }

    @Test
    void theIdOfAnOversizedLineIsFoundInItsHead() {
        String line = "{\"data\":{\"id\":\"1346889436626259968\",\"text\":\"" + "a".repeat(200_000) + "\"}}\n";
        LineFramer framer = new LineFramer(100_000);
        Told told = new Told();
        byte[] stream = bytes(line);
        framer.feed(stream, stream.length, told);

        assertThat(told.heads).hasSize(1);
        assertThat(told.heads.get(0)).hasSize(64 * 1024);
        assertThat(MessageParser.idInHead(told.heads.get(0))).hasValue(1346889436626259968L);
    }

    @Test
    void anUnfinishedLineIsNoLineAndItsLengthIsKnown() {
        LineFramer framer = new LineFramer(LIMIT);
        Told told = new Told();
        byte[] stream = bytes("{\"a\":1}\r\n{\"b\":");
        framer.feed(stream, stream.length, told);

        assertThat(told.lines).containsExactly("{\"a\":1}");
        assertThat(framer.unfinishedBytes()).isEqualTo(5);
    }

    @Test
    void anUnfinishedOversizedLineHasItsWholeLength() {
        LineFramer framer = new LineFramer(LIMIT);
        byte[] stream = bytes("x".repeat(1_000));
        framer.feed(stream, 500, new Told());
        framer.feed(stream, 500, new Told());

        assertThat(framer.unfinishedBytes()).isEqualTo(1_000);
    }

    @Test
    void nothingIsUnfinishedAfterALineEnd() {
        LineFramer framer = new LineFramer(LIMIT);
        byte[] stream = bytes("abc\r\n" + "x".repeat(100) + "\n");
        framer.feed(stream, stream.length, new Told());

        assertThat(framer.unfinishedBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void randomStreamsGiveTheLinesThatTheyWereMadeOf(long seed) {
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            String line = random.ints(random.nextInt(40), 0, 5)
                    .mapToObj(c -> List.of("a", "é", "\u2028", "🥁", "\r").get(c))
                    .reduce("", String::concat);
            if (line.endsWith("\r")) line += "$";
            int length = bytes(line).length + 2;
            if (length - 1 > LIMIT) continue;
            expected.add(line.isEmpty() ? "keep-alive" : line);
            stream.append(line).append(random.nextBoolean() ? "\r\n" : "\n");
        }
        byte[] all = bytes(stream.toString());
        LineFramer framer = new LineFramer(LIMIT);
        Told told = new Told();
        for (int at = 0; at < all.length; ) {
            int length = Math.min(1 + random.nextInt(50), all.length - at);
            byte[] buffer = Arrays.copyOf(Arrays.copyOfRange(all, at, at + length), 64);
            framer.feed(buffer, length, told);
            Arrays.fill(buffer, (byte) '#');
            at += length;
        }

        assertThat(told.lines).isEqualTo(expected);
    }

    private static List<String> frame(int limit, String stream) {
        return frame(limit, bytes(stream));
    }

    private static List<String> frame(int limit, byte[]... chunks) {
        LineFramer framer = new LineFramer(limit);
        Told told = new Told();
        for (byte[] chunk : chunks) framer.feed(chunk, chunk.length, told);
        return told.lines;
    }

    private static byte[][] cut(byte[] stream, int... at) {
        List<byte[]> chunks = new ArrayList<>();
        int from = 0;
        for (int to : at) {
            chunks.add(Arrays.copyOfRange(stream, from, to));
            from = to;
        }
        chunks.add(Arrays.copyOfRange(stream, from, stream.length));
        return chunks.toArray(new byte[0][]);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes down what it is told. */
    private static final class Told implements LineFramer.Lines {
        final List<String> lines = new ArrayList<>();
        final List<byte[]> heads = new ArrayList<>();

        @Override
        public void line(byte[] buffer, int from, int to) {
            lines.add(new String(buffer, from, to - from, StandardCharsets.UTF_8));
        }

        @Override
        public void keepAlive() {
            lines.add("keep-alive");
        }

        @Override
        public void tooLong(byte[] head, long lengthBytes) {
            heads.add(head);
            lines.add("too long: " + lengthBytes + ", " + new String(head, StandardCharsets.UTF_8));
        }
    }
}
