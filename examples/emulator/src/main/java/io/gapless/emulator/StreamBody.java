package io.gapless.emulator;

import java.io.IOException;
import java.util.UUID;
import okio.BufferedSink;

/**
 * One streamed answer, live or a recovery job. The server's thread for the connection runs {@link #writeTo}, which owns
 * all its state; others read what it is and send it orders.
 */
abstract sealed class StreamBody permits LiveStream, RecoveryJob {
    /** Lines are gathered up to this size before they are written, where many are due. */
    static final int FULL_BYTES = 128 * 1024;

    final World world;
    final Wire wire;
    final LineMaker lines;
    private final String id = UUID.randomUUID().toString();
    private final Request request;
    private final boolean compressed;
    private final long openedMillis;
    private volatile long postsSent;

    StreamBody(World world, Wire wire, Request request, LineMaker lines, boolean compressed) {
        this.world = world;
        this.wire = wire;
        this.request = request;
        this.lines = lines;
        this.compressed = compressed;
        this.openedMillis = world.time().millis();
    }

    /** The id that {@code /2/connections} knows it by. */
    final String id() {
        return id;
    }

    final Wire wire() {
        return wire;
    }

    final Request request() {
        return request;
    }

    final boolean compressed() {
        return compressed;
    }

    final long openedMillis() {
        return openedMillis;
    }

    final long postsSent() {
        return postsSent;
    }

    /** Counts posts; by the writing thread only. */
    final void sent(int posts) {
        postsSent += posts;
    }

    /** Gives an order, which is obeyed soon. */
    abstract void tell(LiveStream.Order order);

    /** Writes what is to be written; returns when the body ends, or when the wire is gone. */
    abstract void writeAll(ChunkWriter chunks) throws IOException, InterruptedException;

    /** Writes the body until it ends; returns for an orderly end and throws, or leaves the socket closed, for any other. */
    final void writeTo(BufferedSink sink) throws IOException {
        try {
            ChunkWriter chunks = new ChunkWriter(sink, wire, compressed);
            chunks.open();
            writeAll(chunks);
            if (!wire.isGone()) {
                wire.ends(ConnectionEnd.SERVER_ENDED);
                // Before the client sees the end: its next connect finds the slot free.
                world.connections().ended(this, wire.end());
                chunks.finish();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            wire.close(ConnectionEnd.EMULATOR_CLOSED);
        } finally {
            world.connections().ended(this, wire.end());
        }
    }
}
