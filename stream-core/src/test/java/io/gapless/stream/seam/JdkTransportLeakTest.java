package io.gapless.stream.seam;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Nothing stays behind, and nothing dead is used again. */
class JdkTransportLeakTest {
    private static Request request(URI uri) {
        return new Request("GET", uri, Map.of(), null, null);
    }

    @Test
    void afterABlackHoleANewExchangeOpensANewConnection() throws Exception {
        try (Transport transport = Wire.standard().open();
                RawServer server = RawServer.start(peer -> peer.beginStream().chunk("one\r\n"))) {
            Recorder swallowed = new Recorder();
            Transport.Exchange exchange = transport.open(request(server.uri()), swallowed);
            swallowed.awaitBytes(5);
            exchange.cancel();
            swallowed.awaitEnding();

            Recorder next = new Recorder();
            transport.open(request(server.uri()), next);
            next.awaitBytes(5);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void anExchangeAfterACompleteOneOpensANewConnectionToo() throws Exception {
        try (Transport transport = Wire.standard().open();
                RawServer server = RawServer.start(peer -> {
                    while (true) {
                        peer.readHead();
                        peer.answer("200 OK", "whole");
                    }
                })) {
            for (int i = 0; i < 3; i++) {
                Recorder recorder = new Recorder();
                transport.open(request(server.uri()), recorder);
                recorder.awaitEnding();
            }
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void afterTwoHundredConnectsNoThreadAndNoSocketIsLeft() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (RawServer server = RawServer.start(peer -> {
            String head = peer.readHead();
            if (head.startsWith("GET /complete")) peer.answer("200 OK", "whole");
            else if (head.startsWith("GET /refused")) peer.answer("503 Service Unavailable", "<html>");
            else if (head.startsWith("GET /cut"))
                peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx").close();
            else if (head.startsWith("GET /stream")) {
                peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .chunk("one\r\n");
            }
        })) {
            String[] paths = {"/complete", "/refused", "/cut", "/stream", "/silent"};
            try (Transport transport = Wire.standard().open()) {
                for (int i = 0; i < 200; i++) {
                    String path = paths[i % paths.length];
                    Recorder recorder = new Recorder();
                    Transport.Exchange exchange =
                            transport.open(request(server.uri().resolve(path)), recorder);
                    if (path.equals("/stream")) recorder.awaitBytes(5);
                    if (path.equals("/silent")) server.nextPeer().head();
                    else server.nextPeer();
                    if (path.equals("/stream") || path.equals("/silent")) exchange.cancel();
                    recorder.awaitEnding();
                }
            }
            awaitNothingLeft(server, before);
            assertThat(server.connections()).isEqualTo(200);
        }
    }

    /** Also before JDK 21, and without waiting for a collection. */
    private static void awaitNothingLeft(RawServer server, Set<Thread> before) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        CountDownLatch never = new CountDownLatch(1);
        while (!threadsBut(before).isEmpty() || server.open() > 0) {
            assertThat(System.nanoTime())
                    .as("deadline with %s and %d sockets left", threadsBut(before), server.open())
                    .isLessThan(until);
            never.await(100, TimeUnit.MILLISECONDS);
        }
    }

    /** Threads of the wire, but for those of other tests. */
    private static Set<Thread> threadsBut(Set<Thread> before) {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeAll(before);
        threads.removeIf(thread ->
                !thread.getName().startsWith("HttpClient-") && !thread.getName().startsWith("gapless-wire"));
        return threads;
    }
}
