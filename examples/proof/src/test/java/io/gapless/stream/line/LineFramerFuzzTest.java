package io.gapless.stream.line;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Any bytes, cut anywhere. An input is a byte for the limit, one for the cuts, and the stream. */
class LineFramerFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void anyCutsOfAStreamGiveTheLinesThatAreInIt(byte[] input) {
        if (input.length < 2) return;
        int limit = 1 + (input[0] & 0xff);
        byte[] stream = Arrays.copyOfRange(input, 2, input.length);
        LineFramer framer = new LineFramer(limit);
        Told told = new Told(limit);

        SplittableRandom cuts = new SplittableRandom(input[1]);
        for (int from = 0; from < stream.length; ) {
            int to = Math.min(stream.length, from + cuts.nextInt(2 * limit));
            byte[] chunk = Arrays.copyOfRange(stream, from, to);
            framer.feed(chunk, chunk.length, told);
            // The buffer is the transport's, which reads into it again.
            Arrays.fill(chunk, (byte) '\n');
            from = to;
        }

        List<String> expected = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < stream.length; i++) {
            if (stream[i] != '\n') continue;
            expected.add(expected(Arrays.copyOfRange(stream, from, i), limit));
            from = i + 1;
        }
        assertThat(told.lines).isEqualTo(expected);
        assertThat(framer.unfinishedBytes()).isEqualTo(stream.length - from);
    }

    private static String expected(byte[] line, int limit) {
        if (line.length > limit) return tooLong(Arrays.copyOf(line, limit), line.length);
        boolean carriageReturn = line.length > 0 && line[line.length - 1] == '\r';
        byte[] content = carriageReturn ? Arrays.copyOf(line, line.length - 1) : line;
        return content.length == 0 ? "keep-alive" : text(content);
    }

    private static String tooLong(byte[] head, long lengthBytes) {
        return "too long: " + lengthBytes + " " + text(head);
    }

    private static String text(byte[] bytes) {
        return "line " + new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static final class Told implements LineFramer.Lines {
        private final int limit;
        final List<String> lines = new ArrayList<>();

        Told(int limit) {
            this.limit = limit;
        }

        @Override
        public void line(byte[] buffer, int from, int to) {
            assertThat(to - from).isBetween(1, limit);
            lines.add(text(Arrays.copyOfRange(buffer, from, to)));
        }

        @Override
        public void keepAlive() {
            lines.add("keep-alive");
        }

        @Override
        public void tooLong(byte[] head, long lengthBytes) {
            assertThat(head).hasSizeLessThanOrEqualTo(limit);
            lines.add(LineFramerFuzzTest.tooLong(head, lengthBytes));
        }
    }
}
