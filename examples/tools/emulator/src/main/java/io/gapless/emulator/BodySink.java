package io.gapless.emulator;

import java.io.IOException;
import okio.BufferedSink;

/** Takes the pieces of a streamed body. Not thread-safe. */
interface BodySink {
    /** Sends the headers of the response. */
    void open() throws IOException;

    /** Sends a piece of the body. */
    void piece(byte[] bytes, int from, int length) throws IOException;

    /** Ends the body properly. */
    void finish() throws IOException;

    /** Writes HTTP chunks to a socket: one chunk for each piece. */
    record Chunked(BufferedSink sink) implements BodySink {
        @Override
        public void open() throws IOException {
            sink.flush();
        }

        @Override
        public void piece(byte[] bytes, int from, int length) throws IOException {
            sink.writeHexadecimalUnsignedLong(length)
                    .writeUtf8("\r\n")
                    .write(bytes, from, length)
                    .writeUtf8("\r\n")
                    .flush();
        }

        /** Writes the final chunk. MockWebServer adds the empty line after it. */
        @Override
        public void finish() throws IOException {
            sink.writeUtf8("0\r\n");
            sink.flush();
        }
    }
}
