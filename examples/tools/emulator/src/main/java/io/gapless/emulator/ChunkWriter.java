package io.gapless.emulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes a response body in pieces: one for each call of {@code write}. Compresses them if asked to. Not thread-safe. */
final class ChunkWriter {
    private final BodySink sink;
    private final WatchedSocket socket;
    private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    private final @Nullable GZIPOutputStream gzip;

    ChunkWriter(BodySink sink, WatchedSocket socket, boolean compress) throws IOException {
        this.sink = sink;
        this.socket = socket;
        this.gzip = compress ? new GZIPOutputStream(compressed, true) : null;
    }

    void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    /** Writes bytes as one piece, and flushes it. Without bytes, writes nothing. */
    void write(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return;
        }
        if (gzip == null) {
            piece(bytes, from, length);
            return;
        }
        gzip.write(bytes, from, length);
        gzip.flush();
        pieceOfCompressed();
    }

    /** Sends the headers of the response, so that the client knows the status before the stream's first line. */
    void open() throws IOException {
        sink.open();
    }

    /** Ends the body properly. */
    void finish() throws IOException {
        if (gzip != null) {
            gzip.finish();
            pieceOfCompressed();
        }
        sink.finish();
    }

    private void pieceOfCompressed() throws IOException {
        byte[] bytes = compressed.toByteArray();
        compressed.reset();
        piece(bytes, 0, bytes.length);
    }

    private void piece(byte[] bytes, int from, int length) throws IOException {
        socket.markWriting(true);
        sink.piece(bytes, from, length);
        socket.markWriting(false);
    }
}
