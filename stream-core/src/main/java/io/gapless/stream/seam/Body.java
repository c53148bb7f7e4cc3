package io.gapless.stream.seam;

import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A response's body, read by one thread and closed by any. The JDK's own stream throws away what has come but is not yet
 * read when the connection fails, and those could be posts; here a failure waits behind them. The lock guards all
 * fields but {@code piece}, which is the reader's.
 */
final class Body implements HttpResponse.BodySubscriber<Body>, Closeable {
    private final Object lock = new Object();
    private Flow.@Nullable Subscription subscription;
    private @Nullable List<ByteBuffer> arrived;
    private boolean complete;
    private @Nullable Throwable failure;
    private boolean closed;

    private List<ByteBuffer> piece = List.of();

    /** As an input stream would: how many bytes were put into the buffer, at least one, or -1 at the orderly end. */
    int read(byte[] buffer) throws IOException, InterruptedException {
        while (true) {
            int length = copy(buffer);
            if (length > 0) return length;
            List<ByteBuffer> next = next();
            if (next == null) return -1;
            piece = next;
        }
    }

    private int copy(byte[] buffer) throws IOException {
        synchronized (lock) {
            if (closed) throw new IOException("closed");
        }
        int length = 0;
        for (ByteBuffer part : piece) {
            int taken = Math.min(part.remaining(), buffer.length - length);
            part.get(buffer, length, taken);
            length += taken;
        }
        return length;
    }

    private @Nullable List<ByteBuffer> next() throws IOException, InterruptedException {
        List<ByteBuffer> next;
        Flow.Subscription more;
        synchronized (lock) {
            while (arrived == null && !complete && failure == null && !closed) lock.wait();
            if (closed) throw new IOException("closed");
            next = arrived;
            arrived = null;
            if (next == null && failure != null) throw new IOException(failure);
            more = subscription;
        }
        if (next != null && more != null) more.request(1);
        return next;
    }

    /** Frees the socket at once, unless the body has ended in order, and ends a read that waits. */
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
            arrived = item;
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
