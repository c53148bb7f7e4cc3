package io.gapless.stream.seam;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.seam.Ending.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A cancel ends an exchange in each of its states, and frees its socket. */
class JdkTransportCancelTest {
    private static final long A_SECOND = TimeUnit.SECONDS.toNanos(1);

    @AutoClose
    private final Transport transport = Wire.standard().open();

    private static Request request(URI uri) {
        return new Request("GET", uri, Map.of(), null, null);
    }

    private static void assertCancelled(Recorder recorder) {
        assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.CANCELLED);
    }

    @Test
    void aServerThatNeverAnswersSeesItsSocketClosed() throws Exception {
        try (RawServer server = RawServer.start(RawServer.Peer::readHead)) {
            Recorder recorder = new Recorder();
            Transport.Exchange exchange = transport.open(request(server.uri()), recorder);
            RawServer.Peer peer = server.nextPeer();
            peer.head();
            exchange.cancel();
            assertCancelled(recorder);
            peer.awaitGone();
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aBlockedReadIsUnblockedAndTheServerSeesItsSocketClosed() throws Exception {
        try (RawServer server = RawServer.start(peer -> peer.beginStream().chunk("one\r\n"))) {
            long slowestEnd = 0;
            long slowestClose = 0;
            for (int i = 0; i < 20; i++) {
                Recorder recorder = new Recorder();
                Transport.Exchange exchange = transport.open(request(server.uri()), recorder);
                recorder.awaitBytes(5);
                long cancelled = System.nanoTime();
                exchange.cancel();
                assertCancelled(recorder);
                slowestEnd = Math.max(slowestEnd, recorder.endedNanos() - cancelled);
                slowestClose = Math.max(slowestClose, server.nextPeer().awaitGone() - cancelled);
            }
            System.out.printf(
                    "20 cancels of a blocked read on JDK %d: ended after at most %.1f ms, socket closed after at most %.1f ms%n",
                    Runtime.version().feature(), slowestEnd / 1e6, slowestClose / 1e6);
            assertThat(slowestEnd).isLessThan(A_SECOND);
            assertThat(slowestClose).isLessThan(A_SECOND);
        }
    }

    @Test
    void aConnectIntoABlackHoleIsGivenUp() throws Exception {
        try (BlackHole hole = new BlackHole()) {
            Recorder recorder = new Recorder();
            Transport.Exchange exchange = transport.open(request(hole.uri()), recorder);
            exchange.cancel();
            assertCancelled(recorder);
        }
    }

    /** A listener whose queue is full, so that the next connect gets no answer at all. */
    private static final class BlackHole implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<Socket> queue = new ArrayList<>();

        BlackHole() throws IOException {
            while (true) {
                Socket socket = new Socket();
                queue.add(socket);
                try {
                    socket.connect(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()), 200);
                } catch (SocketTimeoutException e) {
                    return;
                }
            }
        }

        URI uri() {
            return URI.create("http://localhost:" + listening.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            listening.close();
            for (Socket socket : queue) socket.close();
        }
    }

    @Test
    void aPausedExchangeIsEnded() throws Exception {
        try (RawServer server = RawServer.start(peer -> peer.beginStream().chunk("one\r\n"))) {
            Recorder recorder = new Recorder() {
                @Override
                public boolean bytes(byte[] buffer, int length, long nowNanos) {
                    super.bytes(buffer, length, nowNanos);
                    return false;
                }
            };
            Transport.Exchange exchange = transport.open(request(server.uri()), recorder);
            recorder.awaitBytes(5);
            exchange.cancel();
            assertCancelled(recorder);
            server.nextPeer().awaitGone();
        }
    }

    @Test
    void aReceiverMayCancelFromWithin() throws Exception {
        try (RawServer server = RawServer.start(peer -> peer.beginStream().chunk("one\r\n"))) {
            Recorder recorder = new Recorder() {
                @Override
                public boolean answered(Head head, long nowNanos) {
                    transport.close();
                    return super.answered(head, nowNanos);
                }
            };
            transport.open(request(server.uri()), recorder);
            assertCancelled(recorder);
            server.nextPeer().awaitGone();
        }
    }

    @Test
    void anExchangeThatStillWaitsForItsTokenNeverConnects() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        Callable<String> slow = () -> {
            asked.countDown();
            cancelled.await(10, TimeUnit.SECONDS);
            return "Bearer t";
        };
        try (RawServer server = RawServer.start(peer -> {})) {
            Recorder recorder = new Recorder();
            Transport.Exchange exchange =
                    transport.open(new Request("GET", server.uri(), Map.of(), slow, null), recorder);
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            exchange.cancel();
            // The source still hangs.
            assertThat(recorder.awaitEnding()).isEqualTo(new Ending(Kind.NO_TOKEN, TokenCalls.HANGS));
            cancelled.countDown();
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void codeOfTheProgramThatHangsDoesNotPileUpThreads() throws Exception {
        CountDownLatch asked = new CountDownLatch(16);
        CountDownLatch released = new CountDownLatch(1);
        ProxySelector hanging = new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                asked.countDown();
                while (released.getCount() > 0) {
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        // As code that does not care.
                    }
                }
                return List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        };
        URI nowhere = URI.create("http://127.0.0.1:9");
        try (Transport proxied = Wire.standard().withProxy(hanging).open()) {
            for (int number = 0; number < 16; number++) {
                proxied.open(request(nowhere), new Recorder()).cancel();
            }
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            Recorder next = new Recorder();
            proxied.open(request(nowhere), next);

            assertThat(next.awaitEnding().kind()).isEqualTo(Kind.NOT_CONNECTED);
            assertThat(next.awaitEnding().detail()).contains("16 earlier attempts still hang", "proxy selector");
        } finally {
            released.countDown();
        }
    }

    @Test
    void aCancelAfterTheEndChangesNothing() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "whole")) {
            Recorder recorder = new Recorder();
            Transport.Exchange exchange = transport.open(request(server.uri()), recorder);
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
            exchange.cancel();
            exchange.cancel();
            exchange.resume();
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
            assertThat(recorder.endings()).isEqualTo(1);
        }
    }

    /** Whenever the cancels fall, around connect, head and body, there is one end and no socket. */
    @Test
    void manyCancelsAtOnceAtAnyMomentEndAnExchangeOnce() throws Exception {
        ExecutorService cancellers = Executors.newFixedThreadPool(3);
        try (RawServer server = RawServer.start(peer -> peer.beginStream().chunk("one\r\n"))) {
            for (int i = 0; i < 100; i++) {
                Recorder recorder = new Recorder();
                Transport.Exchange exchange = transport.open(request(server.uri()), recorder);
                CyclicBarrier together = new CyclicBarrier(3);
                List<Future<?>> cancels = new ArrayList<>();
                long until = System.nanoTime() + i * 50_000L;
                for (int n = 0; n < 3; n++) {
                    cancels.add(cancellers.submit(() -> {
                        together.await(10, TimeUnit.SECONDS);
                        while (System.nanoTime() < until) Thread.onSpinWait();
                        exchange.cancel();
                        return null;
                    }));
                }
                for (Future<?> cancel : cancels) cancel.get(10, TimeUnit.SECONDS);
                assertCancelled(recorder);
                assertThat(recorder.endings()).isEqualTo(1);
            }
            server.awaitAllGone();
        } finally {
            cancellers.shutdownNow();
        }
    }

    @Test
    void closingTheTransportEndsExchangesInEveryState() throws Exception {
        try (RawServer silent = RawServer.start(RawServer.Peer::readHead);
                RawServer streaming = RawServer.start(peer -> peer.beginStream().chunk("one\r\n"))) {
            Recorder connecting = new Recorder();
            Recorder reading = new Recorder();
            transport.open(request(silent.uri()), connecting);
            transport.open(request(streaming.uri()), reading);
            reading.awaitBytes(5);
            silent.nextPeer().head();
            transport.close();
            transport.close();
            assertCancelled(connecting);
            assertCancelled(reading);
            silent.awaitAllGone();
            streaming.awaitAllGone();
        }
    }
}
