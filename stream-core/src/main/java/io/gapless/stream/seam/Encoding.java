package io.gapless.stream.seam;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Names the content encoding of a body, and decodes it. No encoding is requested, but a server in between may compress
 * all the same. Decoding goes no further than the reader asks for, so a small body that expands without end does not
 * fill the memory.
 */
enum Encoding {
    NONE,
    GZIP,
    DEFLATE,
    UNKNOWN;

    /** How many compressed bytes are read at once. */
    private static final int BUFFER_BYTES = 8 * 1024;

    /** The lower four bits of the first byte of a zlib stream, which stand for deflate. */
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

    /** Returns the name of the encoding as the answer writes it, in lower case. */
    static String name(Head head) {
        return head.header("content-encoding").orElse("").strip().toLowerCase(Locale.ROOT);
    }

    /** Returns the decoded body. This call may already read the beginning of the body. */
    InputStream decoded(Body body) throws IOException {
        InputStream in = new BodyStream(body);
        return switch (this) {
            case NONE, UNKNOWN -> in;
            case GZIP -> new GZIPInputStream(in, BUFFER_BYTES);
            case DEFLATE -> deflated(new PushbackInputStream(in, 2));
        };
    }

    /** Decodes deflate. Some servers send the zlib header that the standard requires, and some do not. */
    private static InputStream deflated(PushbackInputStream body) throws IOException {
        int first = body.read();
        if (first < 0) return body;
        int second = body.read();
        if (second >= 0) body.unread(second);
        body.unread(first);
        boolean zlib = (first & 0x0f) == ZLIB_DEFLATED && (first << 8 | second) % 31 == 0;
        return new InflaterInputStream(body, new Inflater(!zlib), BUFFER_BYTES);
    }

    /** Adapts a body to an input stream, for one reading thread. */
    private static final class BodyStream extends InputStream {
        private final Body body;
        private final byte[] piece = new byte[BUFFER_BYTES];
        private int from;
        private int to;

        BodyStream(Body body) {
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
                // Only a cancel interrupts this thread, and a cancel also closes the body.
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            return to < 0;
        }

        /**
         * Returns 1, so that GZIPInputStream looks for another gzip member after each one: a server may compress each
         * piece separately.
         */
        @Override
        public int available() {
            return 1;
        }
    }
}
