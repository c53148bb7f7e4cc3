package io.gapless.stream.seam;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A receiver that has enough is left alone until it asks for more, and the server feels it. */
class JdkTransportBackPressureTest {
    @AutoClose
    private final Transport transport = Wire.standard().open();

    private static Request request(URI uri) {
        return new Request("GET", uri, Map.of(), null, null);
    }

    /** Wants no more after each call. */
    private static class Full extends Recorder {
        @Override
        public boolean bytes(byte[] buffer, int length, long nowNanos) {
            super.bytes(buffer, length, nowNanos);
            return false;
        }
    }

    @Test
    void theServersWritesBlockWhileTheReceiverIsFullAndNothingIsLostAfterwards() throws Exception {
        int chunks = 1024;
        String chunk = "x".repeat(64 * 1024);
        AtomicLong written = new AtomicLong();
        CompletableFuture<String> whole = new CompletableFuture<>();
        try (RawServer server = RawServer.start(peer -> {
            peer.beginStream();
            for (int i = 0; i < chunks; i++) {
                peer.chunk(chunk);
                written.addAndGet(chunk.length());
            }
            peer.lastChunk();
            whole.complete("written");
        })) {
            Full full = new Full();
            Transport.Exchange exchange = transport.open(request(server.uri()), full);
            full.awaitBytes(1);
            int before = full.size();
            long stuck = awaitStandstill(written);
            assertThat(whole).isNotDone();
            assertThat(stuck).isLessThan(chunks * (long) chunk.length() / 2);
            assertThat(full.size()).isEqualTo(before);

            while (!full.hasEnded()) {
                int size = full.size();
                exchange.resume();
                awaitMore(full, size);
            }
            assertThat(full.awaitEnding().kind()).isEqualTo(Ending.Kind.COMPLETE);
            assertThat(full.size()).isEqualTo(chunks * chunk.length());
        }
    }

    /** Until the counter has not moved for half a second. */
    private static long awaitStandstill(AtomicLong counter) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long last = -1;
        while (last != counter.get()) {
            last = counter.get();
            never.await(500, TimeUnit.MILLISECONDS);
        }
        return last;
    }

    private static void awaitMore(Recorder recorder, int size) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (recorder.size() == size && !recorder.hasEnded()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(until);
            Thread.onSpinWait();
        }
    }

    @Test
    void aReceiverThatIsFullFromTheStartIsGivenNothingUntilItResumes() throws Exception {
        try (RawServer server =
                RawServer.start(peer -> peer.beginStream().chunk("one\r\n").lastChunk())) {
            List<String> order = new CopyOnWriteArrayList<>();
            Recorder full = new Recorder() {
                @Override
                public boolean answered(Head head, long nowNanos) {
                    super.answered(head, nowNanos);
                    return false;
                }

                @Override
                public boolean bytes(byte[] buffer, int length, long nowNanos) {
                    order.add("bytes");
                    return super.bytes(buffer, length, nowNanos);
                }
            };
            Transport.Exchange exchange = transport.open(request(server.uri()), full);
            full.awaitHead();
            order.add("resumed");
            exchange.resume();

            assertThat(full.awaitEnding().kind()).isEqualTo(Ending.Kind.COMPLETE);
            assertThat(order).startsWith("resumed", "bytes");
        }
    }

    @Test
    void aResumeBeforeThePumpWaitsIsNotLost() throws Exception {
        AtomicReference<Transport.Exchange> exchange = new AtomicReference<>();
        CountDownLatch opened = new CountDownLatch(1);
        try (RawServer server = RawServer.start(
                peer -> peer.beginStream().chunk("one\r\n").chunk("two\r\n").lastChunk())) {
            Full full = new Full() {
                @Override
                public boolean bytes(byte[] buffer, int length, long nowNanos) {
                    super.bytes(buffer, length, nowNanos);
                    await(opened);
                    exchange.get().resume();
                    return false;
                }
            };
            exchange.set(transport.open(request(server.uri()), full));
            opened.countDown();
            assertThat(full.awaitEnding().kind()).isEqualTo(Ending.Kind.COMPLETE);
            assertThat(full.body()).isEqualTo("one\r\ntwo\r\n");
        }
    }

    @Test
    void aResumeThatCameBeforeThePauseDoesNotLiftIt() throws Exception {
        CountDownLatch resumed = new CountDownLatch(1);
        CountDownLatch paused = new CountDownLatch(1);
        try (RawServer server = RawServer.start(peer -> {
            peer.beginStream();
            resumed.await(10, TimeUnit.SECONDS);
            peer.chunk("one\r\n");
            paused.await(10, TimeUnit.SECONDS);
            peer.chunk("two\r\n").lastChunk();
        })) {
            Full full = new Full();
            Transport.Exchange exchange = transport.open(request(server.uri()), full);
            full.awaitHead();
            exchange.resume();
            resumed.countDown();
            full.awaitBytes(5);
            paused.countDown();
            awaitStandstill(new AtomicLong());
            assertThat(full.body()).isEqualTo("one\r\n");
            exchange.resume();
            full.awaitBytes(10);
            exchange.resume();
            assertThat(full.awaitEnding().kind()).isEqualTo(Ending.Kind.COMPLETE);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
