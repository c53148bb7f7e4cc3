package io.gapless.stream.seam;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A receiver that writes down what it was told, and how often it wants more. */
class Recorder implements Transport.Receiver {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Head> head = new CompletableFuture<>();
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private final CompletableFuture<Long> endedNanos = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private volatile @Nullable Thread inside;

    @Override
    public boolean answered(Head head, long nowNanos) {
        enter("answered");
        this.head.complete(head);
        leave();
        return true;
    }

    @Override
    public boolean bytes(byte[] buffer, int length, long nowNanos) {
        enter("bytes");
        synchronized (body) {
            body.write(buffer, 0, length);
            body.notifyAll();
        }
        leave();
        return true;
    }

    @Override
    public void ended(Ending ending, long nowNanos) {
        enter("ended");
        endedNanos.complete(nowNanos);
        leave();
        this.ending.complete(ending);
    }

    private void enter(String what) {
        Thread before = inside;
        told.add(before == null ? what : what + " beside another");
        inside = Thread.currentThread();
    }

    private void leave() {
        inside = null;
    }

    Head awaitHead() {
        return head.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Waits for the end and proves that the contract was kept on the way. */
    Ending awaitEnding() {
        Ending how = ending.copy().orTimeout(10, TimeUnit.SECONDS).join();
        assertThat(String.join(" ", told)).matches("(answered (bytes )*)?ended");
        return how;
    }

    boolean hasEnded() {
        return ending.isDone();
    }

    long endedNanos() {
        return endedNanos.join();
    }

    int endings() {
        return (int) told.stream().filter("ended"::equals).count();
    }

    String body() {
        synchronized (body) {
            return body.toString(StandardCharsets.UTF_8);
        }
    }

    int size() {
        synchronized (body) {
            return body.size();
        }
    }

    /** Waits until so many bytes have come. */
    void awaitBytes(int atLeast) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        synchronized (body) {
            while (body.size() < atLeast) {
                long rest = until - System.nanoTime();
                if (rest <= 0) throw new AssertionError("only " + body.size() + " of " + atLeast + " bytes came");
                TimeUnit.NANOSECONDS.timedWait(body, rest);
            }
        }
    }
}
