package io.gapless.emulator;

import java.io.IOException;
import java.util.UUID;

/**
 * Writes the body of one streamed answer: a live stream or a recovery job. MockWebServer's thread for the connection,
 * or that of a call within the process, runs {@link #writeTo}. This writing thread owns the state of this object. Other threads read the id, the request and
 * the number of posts, and ask the stream to end.
 */
abstract class StreamBody {
    /** The size up to which lines are collected before they are written. */
    static final int FULL_BYTES = 128 * 1024;

    final WatchedSocket socket;
    final LineMaker lines;
    private final String id = UUID.randomUUID().toString();
    private final Request request;
    private final boolean compressed;
    private final long openedMillis;
    private final EndListener listener;
    private volatile long slotMillis;
    private volatile long postsSent;

    /** Receives the end of a stream, perhaps more than once for the same stream. */
    interface EndListener {
        void onStreamEnded(StreamBody stream, ConnectionEnd end);
    }

    /** Holds the values with which a stream is created when a request opens it. */
    record Opening(
            Request request,
            WatchedSocket socket,
            LineMaker lines,
            boolean compressed,
            long openedMillis,
            EndListener listener) {}

    StreamBody(Opening opening) {
        this.request = opening.request();
        this.socket = opening.socket();
        this.lines = opening.lines();
        this.compressed = opening.compressed();
        this.openedMillis = opening.openedMillis();
        this.listener = opening.listener();
    }

    /** Returns the id of the connection in {@code /2/connections}. */
    final String id() {
        return id;
    }

    final WatchedSocket socket() {
        return socket;
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

    /** Notes that the stream has a slot: posts that are published from now on are sent to it. */
    final void slotTaken(long nowMillis) {
        slotMillis = nowMillis;
    }

    /** Returns X's time when the stream already had its slot. It is not before {@link #openedMillis}. */
    final long slotMillis() {
        return slotMillis;
    }

    final long postsSent() {
        return postsSent;
    }

    /** Adds to the number of posts sent. Only the writing thread calls this method. */
    final void countSent(int posts) {
        postsSent += posts;
    }

    /** Returns whether this is a recovery job. */
    abstract boolean isJob();

    /** Asks the stream to end soon, for this cause. */
    abstract void end(ConnectionEnd cause);

    /** Writes the lines of the body. Returns when the body ends or the socket is gone. */
    abstract void writeAll(ChunkWriter chunks) throws IOException, InterruptedException;

    final void reportEnd() {
        listener.onStreamEnded(this, socket.end());
    }

    /**
     * Writes the body. Returns normally if the body ended properly. Otherwise throws, or returns with the socket
     * closed.
     */
    final void writeTo(BodySink sink, boolean compress) throws IOException {
        try {
            ChunkWriter chunks = new ChunkWriter(sink, socket, compress);
            chunks.open();
            writeAll(chunks);
            if (!socket.isGone()) {
                socket.declareEnd(ConnectionEnd.SERVER_ENDED);
                // The stream reports its end, which frees its slot, before the client sees the end. So the client's
                // next connect finds the slot free.
                reportEnd();
                chunks.finish();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            socket.close(ConnectionEnd.EMULATOR_CLOSED);
        } finally {
            reportEnd();
        }
    }
}
