package io.gapless.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ViewersTest {
    private static final int FRAME_BYTES = 1 << 20;

    /** A browser that reads nothing: its frames fill the buffers of both sockets, then the queue. */
    @Test
    void aBrowserThatReadsNothingIsDisconnectedAndItsThreadIsFree() throws Exception {
        Viewers viewers = new Viewers();
        CountDownLatch served = new CountDownLatch(1);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                viewers.serve(exchange, () -> new byte[1], () -> exchange.sendResponseHeaders(200, 0));
            } finally {
                served.countDown();
            }
        });
        server.start();
        try (Socket silent =
                new Socket(InetAddress.getLoopbackAddress(), server.getAddress().getPort())) {
            silent.setReceiveBufferSize(8_192);
            silent.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            // The first byte of the answer shows that the viewer is there.
            assertThat(silent.getInputStream().read()).isEqualTo('H');

            byte[] frame = new byte[FRAME_BYTES];
            int sent = 0;
            while (!viewers.isEmpty() && sent < 100_000) {
                viewers.send(frame);
                sent++;
                Thread.onSpinWait();
            }

            assertThat(viewers.isEmpty()).isTrue();
            assertThat(served.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            server.stop(0);
            threads.shutdownNow();
        }
    }
}
