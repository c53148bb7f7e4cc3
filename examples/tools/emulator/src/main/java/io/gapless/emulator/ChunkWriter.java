package io.gapless.emulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** Writes a response body in HTTP chunks: one chunk for each call of {@code write}. Not thread-safe. */
final class ChunkWriter {
    private final BufferedSink sink;
    private final WatchedSocket socket;
    private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    private final @Nullable GZIPOutputStream gzip;

    ChunkWriter(BufferedSink sink, WatchedSocket socket, boolean compress) throws IOException {
        this.sink = sink;
        this.socket = socket;
        this.gzip = compress ? new GZIPOutputStream(compressed, true) : null;
    }

    void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    /** Writes bytes as one chunk, and flushes the chunk. Without bytes, writes no chunk. */
    void write(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return;
        }
        if (gzip == null) {
            chunk(bytes, from, length);
            return;
        }
        gzip.write(bytes, from, length);
        gzip.flush();
        chunkOfCompressed();
    }

    /** Sends the headers of the response, so that the client knows the status before the stream's first line. */
    void open() throws IOException {
        sink.flush();
    }

    /** Writes the final chunk. MockWebServer adds the empty line after it. */
    void finish() throws IOException {
        if (gzip != null) {
            gzip.finish();
            chunkOfCompressed();
        }
        sink.writeUtf8("0\r\n");
        sink.flush();
    }

    private void chunkOfCompressed() throws IOException {
        byte[] bytes = compressed.toByteArray();
        compressed.reset();
        chunk(bytes, 0, bytes.length);
    }

    private void chunk(byte[] bytes, int from, int length) throws IOException {
        socket.markWriting(true);
        sink.writeHexadecimalUnsignedLong(length)
                .writeUtf8("\r\n")
                .write(bytes, from, length)
                .writeUtf8("\r\n")
                .flush();
        socket.markWriting(false);
    }
}
