package io.gapless.stream.seam;

import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Buffers the body of a response. One thread reads it; any thread may close it. When a connection fails, the JDK's own
 * stream discards bytes that have arrived but were not read, and these could be posts. From this class, the reader gets
 * those bytes before the failure. The lock guards all fields except {@code reading} and {@code readOnce}, which the
 * reader owns.
 */
final class Body implements HttpResponse.BodySubscriber<Body>, Closeable {
    /**
     * How many pieces of up to 16 KiB may wait to be read. With a limit of one, the client's threads and the reader
     * would wake each other for each piece. A larger limit would only cost memory. Before the first read, only one
     * piece is requested: if the client reaches the end of a short body before its {@code send} returns, the client
     * discards the answer.
     */
    private static final int WAITING_MAX = 8;

    private final Object lock = new Object();
    private Flow.@Nullable Subscription subscription;
    private final List<ByteBuffer> arrived = new ArrayList<>();
    private int arrivedPieces;
    private boolean complete;
    private @Nullable Throwable failure;
    private boolean closed;

    private final ArrayDeque<ByteBuffer> reading = new ArrayDeque<>();
    private boolean readOnce;

    /**
     * Reads like an input stream: blocks for at least one byte, and returns the number of bytes, or -1 at the orderly
     * end.
     */
    int read(byte[] buffer) throws IOException, InterruptedException {
        while (true) {
            int length = copy(buffer);
            if (length > 0) return length;
            if (!takeArrived()) return -1;
        }
    }

    private int copy(byte[] buffer) throws IOException {
        synchronized (lock) {
            if (closed) throw new IOException("closed");
        }
        int length = 0;
        for (ByteBuffer part = reading.peek(); part != null && length < buffer.length; part = reading.peek()) {
            int taken = Math.min(part.remaining(), buffer.length - length);
            part.get(buffer, length, taken);
            length += taken;
            if (!part.hasRemaining()) reading.remove();
        }
        return length;
    }

    /** Waits until more bytes arrive. Returns false at the orderly end. */
    private boolean takeArrived() throws IOException, InterruptedException {
        int pieces;
        Flow.Subscription more;
        synchronized (lock) {
            while (arrivedPieces == 0 && !complete && failure == null && !closed) lock.wait();
            if (closed) throw new IOException("closed");
            if (arrivedPieces == 0 && failure != null) throw new IOException(failure);
            pieces = arrivedPieces;
            reading.addAll(arrived);
            arrived.clear();
            arrivedPieces = 0;
            more = subscription;
        }
        if (pieces > 0 && more != null) more.request(readOnce ? pieces : WAITING_MAX);
        readOnce = true;
        return pieces > 0;
    }

    /** Ends a read that waits. Frees the socket at once, unless the body has reached its orderly end. */
    @Override
    public void close() {
        Flow.Subscription open;
        synchronized (lock) {
            closed = true;
            open = subscription;
            lock.notifyAll();
        }
        if (open != null) open.cancel();
    }

    @Override
    public CompletionStage<Body> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        boolean late;
        synchronized (lock) {
            this.subscription = subscription;
            late = closed;
        }
        if (late) subscription.cancel();
        else subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        synchronized (lock) {
            arrived.addAll(item);
            arrivedPieces++;
            lock.notifyAll();
        }
    }

    @Override
    public void onError(Throwable throwable) {
        synchronized (lock) {
            failure = throwable;
            lock.notifyAll();
        }
    }

    @Override
    public void onComplete() {
        synchronized (lock) {
            complete = true;
            lock.notifyAll();
        }
    }
}
