package io.gapless.stream.seam;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * What a body is encoded in. We ask for nothing, but a box on the way may compress all the same. What is decoded is read
 * no faster than its reader wants it, so that a small body that grows without end fills no memory.
 */
enum Encoding {
    NONE,
    GZIP,
    DEFLATE,
    UNKNOWN;

    /** As much as is read of the compressed body at once. */
    private static final int BUFFER_BYTES = 8 * 1024;

    /** In the lower half of a zlib stream's first byte. */
    private static final int ZLIB_DEFLATED = 8;

    static Encoding of(Head head) {
        String name = name(head);
        return switch (name) {
            case "", "identity" -> NONE;
            case "gzip", "x-gzip" -> GZIP;
            case "deflate" -> DEFLATE;
            default -> UNKNOWN;
        };
    }

    /** As the answer names it. */
    static String name(Head head) {
        return head.header("content-encoding").orElse("").strip().toLowerCase(Locale.ROOT);
    }

    /** What was encoded; begins to read the body. */
    InputStream decoded(Body body) throws IOException {
        InputStream in = new Pieces(body);
        return switch (this) {
            case NONE, UNKNOWN -> in;
            case GZIP -> new GZIPInputStream(in, BUFFER_BYTES);
            case DEFLATE -> deflated(new PushbackInputStream(in, 2));
        };
    }

    /** Some send it with a zlib header, as the standard says, and some without. */
    private static InputStream deflated(PushbackInputStream body) throws IOException {
        int first = body.read();
        if (first < 0) return body;
        int second = body.read();
        if (second >= 0) body.unread(second);
        body.unread(first);
        boolean zlib = (first & 0x0f) == ZLIB_DEFLATED && (first << 8 | second) % 31 == 0;
        return new InflaterInputStream(body, new Inflater(!zlib), BUFFER_BYTES);
    }

    /** The body as a stream that is read by one thread. */
    private static final class Pieces extends InputStream {
        private final Body body;
        private final byte[] piece = new byte[BUFFER_BYTES];
        private int from;
        private int to;

        Pieces(Body body) {
            this.body = body;
        }

        @Override
        public int read() throws IOException {
            return isAtEnd() ? -1 : piece[from++] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) return 0;
            if (isAtEnd()) return -1;
            int taken = Math.min(length, to - from);
            System.arraycopy(piece, from, buffer, offset, taken);
            from += taken;
            return taken;
        }

        private boolean isAtEnd() throws IOException {
            if (from < to) return false;
            from = 0;
            try {
                to = body.read(piece);
            } catch (InterruptedException e) {
                // By a cancel, which closes the body, too.
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            return to < 0;
        }

        /** Each piece may be compressed by itself: after one there is another, unless the body ends. */
        @Override
        public int available() {
            return 1;
        }
    }
}
