package io.gapless.stream.seam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.gapless.stream.seam.Ending.Kind;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A name with several addresses, of which the first one cannot be reached. The client itself tries only that one. */
class JdkTransportAddressesTest {
    private static final InetAddress FIRST = InetAddress.getLoopbackAddress();
    private static final InetAddress SECOND = address("127.0.0.2");
    private static final InetAddress THIRD = address("127.0.0.3");

    @BeforeAll
    static void aSecondLoopbackAddressIsThere() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, SECOND)) {
            assertThat(probe.isBound()).isTrue();
        } catch (BindException e) {
            abort("SKIPPED: this machine has no 127.0.0.2, so no name with two addresses can be played here");
        }
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Transport transport(Wire wire, InetAddress... addresses) {
        Time time = Seams.system().time();
        return new JdkTransport(
                wire.settings(),
                time,
                new Addresses(time, wire.settings().connectTimeout(), host -> List.of(addresses)));
    }

    private static Recorder get(Transport transport, URI uri) {
        Recorder recorder = new Recorder();
        transport.open(new Request("GET", uri, Map.of("X-Test", "yes"), () -> "Bearer AAA", null), recorder);
        return recorder;
    }

    private static URI uri(RawServer server) {
        return URI.create(server.uri() + "/2/tweets?a=b%20c");
    }

    @Test
    void theSecondAddressIsTriedWhenNobodyListensAtTheFirst() throws Exception {
        try (RawServer server = RawServer.startAt(SECOND, JdkTransportTlsTest::answer);
                Transport transport = transport(Wire.standard(), FIRST, SECOND)) {
            Recorder recorder = get(transport, uri(server));
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
            assertThat(recorder.body()).isEqualTo("whole");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void theServerSeesTheSameRequestAsWithoutTheTunnel() throws Exception {
        try (RawServer server = RawServer.startAt(SECOND, JdkTransportTlsTest::answer);
                Transport transport = transport(Wire.standard(), FIRST, SECOND)) {
            get(transport, uri(server)).awaitEnding();
            String head = server.nextPeer().head();
            assertThat(head).startsWith("GET /2/tweets?a=b%20c HTTP/1.1\r\n");
            assertThat(head)
                    .containsIgnoringCase("\r\nHost: localhost:" + server.port() + "\r\n")
                    .containsIgnoringCase("\r\nAuthorization: Bearer AAA\r\n")
                    .containsIgnoringCase("\r\nX-Test: yes\r\n")
                    .doesNotContainIgnoringCase("proxy");
        }
    }

    @Test
    void theThirdAddressIsTriedWhenTwoCannotBeReached() throws Exception {
        try (RawServer server = RawServer.startAt(THIRD, JdkTransportTlsTest::answer);
                Transport transport = transport(Wire.standard(), FIRST, SECOND, THIRD)) {
            assertThat(get(transport, uri(server)).awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
        }
    }

    @Test
    void theNextRequestDoesNotTryTheDeadAddressAgain() throws Exception {
        try (RawServer server = RawServer.startAt(SECOND, JdkTransportTlsTest::answer);
                Transport transport = transport(Wire.standard(), FIRST, SECOND)) {
            get(transport, uri(server)).awaitEnding();
            try (ServerSocket first = new ServerSocket(server.port(), 5, FIRST)) {
                assertThat(first.isBound()).isTrue();
                assertThat(get(transport, uri(server)).awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
                assertThat(server.connections()).isEqualTo(2);
            }
        }
    }

    @Test
    void theCertificateMustStillBeThatOfTheNameBehindTheTunnel() throws Exception {
        try (RawServer right = RawServer.startTlsAt(
                        SECOND, JdkTransportTlsTest.serverFor("localhost"), JdkTransportTlsTest::answer);
                RawServer wrong = RawServer.startTlsAt(
                        SECOND, JdkTransportTlsTest.serverFor("elsewhere.test"), JdkTransportTlsTest::answer);
                Transport transport = transport(JdkTransportTlsTest.trustingTheAuthority(), FIRST, SECOND)) {
            assertThat(get(transport, uri(right)).awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
            Ending refused = get(transport, uri(wrong)).awaitEnding();
            assertThat(refused.kind()).isEqualTo(Kind.TLS);
            assertThat(refused.detail()).contains("localhost");
        }
    }

    @Test
    void theEndingNamesTheAddressesWhenNoneAnswers() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, SECOND)) {
            port = free.getLocalPort();
        }
        try (Transport transport = transport(Wire.standard(), FIRST, SECOND)) {
            Ending ending =
                    get(transport, URI.create("http://localhost:" + port)).awaitEnding();
            assertThat(ending.kind()).isEqualTo(Kind.NOT_CONNECTED);
            assertThat(ending.detail()).endsWith("tried 127.0.0.1, 127.0.0.2, port " + port);
        }
    }

    @Test
    void aResetBehindTheTunnelIsAReset() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (RawServer server = RawServer.startAt(SECOND, peer -> {
                    peer.beginStream().chunk("one\r\n");
                    seen.await(10, TimeUnit.SECONDS);
                    peer.reset();
                });
                Transport transport = transport(Wire.standard(), FIRST, SECOND)) {
            Recorder recorder = get(transport, uri(server));
            recorder.awaitBytes(5);
            seen.countDown();
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.RESET);
        }
    }

    @Test
    void aCancelFreesTheSocketBehindTheTunnel() throws Exception {
        try (RawServer server =
                        RawServer.startAt(SECOND, peer -> peer.beginStream().chunk("one\r\n"));
                Transport transport = transport(Wire.standard(), FIRST, SECOND)) {
            Recorder recorder = new Recorder();
            Transport.Exchange exchange =
                    transport.open(new Request("GET", uri(server), Map.of(), null, null), recorder);
            recorder.awaitBytes(5);
            exchange.cancel();
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.CANCELLED);
            server.nextPeer().awaitGone();
        }
    }

    @Test
    void aConfiguredProxyRulesWhateverAddressesTheNameHas() throws Exception {
        try (RawServer server = RawServer.startAt(SECOND, JdkTransportTlsTest::answer);
                ServerSocket nobody = new ServerSocket(0, 1, FIRST)) {
            int port = nobody.getLocalPort();
            nobody.close();
            Wire wire = Wire.standard().withProxy(ProxySelector.of(new InetSocketAddress(FIRST, port)));
            try (Transport transport = transport(wire, FIRST, SECOND)) {
                assertThat(get(transport, uri(server)).awaitEnding().kind()).isEqualTo(Kind.NOT_CONNECTED);
                assertThat(server.connections()).isZero();
            }
        }
    }

    @Test
    void theTunnelRefusesAProgramThatDoesNotKnowItsPassword() throws Exception {
        List<Runnable> tasks = new CopyOnWriteArrayList<>();
        Executor threads = task -> {
            tasks.add(task);
            Thread thread = new Thread(task, "tunnel");
            thread.setDaemon(true);
            thread.start();
        };
        try (RawServer server = RawServer.startAt(SECOND, JdkTransportTlsTest::answer);
                Socket toServer = new Socket(SECOND, server.port());
                Tunnel tunnel = Tunnel.open(uri(server), toServer, threads)) {
            InetSocketAddress listening = (InetSocketAddress)
                    tunnel.asProxy().select(server.uri()).get(0).address();
            try (Socket stranger = new Socket(listening.getAddress(), listening.getPort())) {
                stranger.getOutputStream()
                        .write("CONNECT localhost:1 HTTP/1.1\r\nProxy-Authorization: Gapless guess\r\n\r\n"
                                .getBytes(StandardCharsets.ISO_8859_1));
                stranger.setSoTimeout(10_000);
                assertThat(stranger.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(tasks).hasSize(1);
        }
    }

    @Test
    void theFirstAddressIsNotAvoidedWhenNoOtherOneAnswers() throws Exception {
        Time time = Seams.system().time();
        Addresses addresses = new Addresses(time, Duration.ofMillis(600), host -> List.of(FIRST, SECOND));
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, SECOND)) {
            port = free.getLocalPort();
        }
        assertThat(addresses.connectToAnother(URI.create("http://localhost:" + port)))
                .isEmpty();
        assertThat(addresses.avoidsFirst(URI.create("http://localhost:" + port)))
                .as("an address is avoided only if another one answers")
                .isFalse();
    }
}
