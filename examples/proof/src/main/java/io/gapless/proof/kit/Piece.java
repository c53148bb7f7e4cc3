package io.gapless.proof.kit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holds the bytes of 512 posts of a response body. The bytes are built once; after that, only the posts' ids and times
 * are overwritten, in place. Not thread-safe.
 *
 * <pre>
 *   63F CR LF {"data":{… "id":"1990000000000000000" …}} CR LF CR LF   63F CR LF …
 *   └ chunk ┘ └ a post's line                         ┘└ line ┘└ chunk's end
 * </pre>
 */
public final class Piece {
    public static final int POSTS = 512;

    private static final int DIGITS = 19;
    private static final int CHUNK_END = 2;

    private final byte[] bytes;
    private final int[] starts = new int[POSTS + 1];
    private final int[] lineStarts = new int[POSTS];
    private final int[][] ids = new int[POSTS][];
    private final int[][] moments = new int[POSTS][];

    public Piece(List<byte[]> lines) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int post = 0; post < POSTS; post++) {
            byte[] line = lines.get(post);
            starts[post] = all.size();
            all.writeBytes(ascii(Integer.toHexString(line.length + 2) + "\r\n"));
            lineStarts[post] = all.size();
            ids[post] = places(line, ascii(PostLines.ID), all.size());
            moments[post] = places(line, ascii(PostLines.SENT_NANOS), all.size());
            all.writeBytes(line);
            all.writeBytes(ascii("\r\n\r\n"));
        }
        starts[POSTS] = all.size();
        bytes = all.toByteArray();
    }

    private static int[] places(byte[] line, byte[] wanted, int offset) {
        return IntStream.rangeClosed(0, line.length - wanted.length)
                .filter(at -> Arrays.equals(line, at, at + wanted.length, wanted, 0, wanted.length))
                .map(at -> offset + at)
                .toArray();
    }

    public void id(int post, long id) {
        for (int at : ids[post]) write(at, id);
    }

    public void sent(int post, long nanos) {
        for (int at : moments[post]) write(at, nanos);
    }

    private void write(int at, long number) {
        long rest = number;
        for (int digit = DIGITS - 1; digit >= 0; digit--) {
            bytes[at + digit] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    public void writeTo(OutputStream out, int first, int behind) throws IOException {
        out.write(bytes, starts[first], starts[behind] - starts[first]);
    }

    /** Writes the line of a post with its line end, but without the bytes of the HTTP chunk around the line. */
    public void writeLineTo(ByteArrayOutputStream out, int post) {
        out.write(bytes, lineStarts[post], starts[post + 1] - CHUNK_END - lineStarts[post]);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
