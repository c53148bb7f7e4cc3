package io.gapless.stream.seam;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.seam.Ending.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

class JdkTransportTlsTest {
    private static final HeldCertificate AUTHORITY =
            new HeldCertificate.Builder().certificateAuthority(0).build();

    static SSLContext serverFor(String name) {
        HeldCertificate held = new HeldCertificate.Builder()
                .signedBy(AUTHORITY)
                .addSubjectAlternativeName(name)
                .build();
        return new HandshakeCertificates.Builder().heldCertificate(held).build().sslContext();
    }

    static Wire trustingTheAuthority() {
        return Wire.standard()
                .withSslContext(new HandshakeCertificates.Builder()
                        .addTrustedCertificate(AUTHORITY.certificate())
                        .build()
                        .sslContext());
    }

    private static Recorder get(Wire wire, URI uri) {
        try (Transport transport = wire.open()) {
            Recorder recorder = new Recorder();
            transport.open(new Request("GET", uri, Map.of(), null, null), recorder);
            recorder.awaitEnding();
            return recorder;
        }
    }

    static void answer(RawServer.Peer peer) throws IOException {
        peer.readHead();
        peer.answer("200 OK", "whole");
    }

    @Test
    void aServerThatSpeaksNoTlsIsATlsFailure() throws Exception {
        try (RawServer server = RawServer.start(peer -> peer.write("HTTP/1.1 400 Bad Request\r\n\r\n"))) {
            Ending ending = get(Wire.standard(), URI.create("https://localhost:" + server.port()))
                    .awaitEnding();
            assertThat(ending.kind()).isEqualTo(Kind.TLS);
            assertThat(ending.detail()).isNotBlank();
        }
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsATlsFailure() throws Exception {
        try (RawServer server = RawServer.startTls(serverFor("localhost"), JdkTransportTlsTest::answer)) {
            Ending ending = get(Wire.standard(), server.uri()).awaitEnding();
            assertThat(ending.kind()).isEqualTo(Kind.TLS);
            assertThat(ending.detail()).contains("certification path");
        }
    }

    @Test
    void aCertificateOfAPrivateAuthorityIsAcceptedThroughTheSslContext() throws Exception {
        try (RawServer server = RawServer.startTls(serverFor("localhost"), JdkTransportTlsTest::answer)) {
            Recorder recorder = get(trustingTheAuthority(), server.uri());
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
            assertThat(recorder.body()).isEqualTo("whole");
        }
    }

    @Test
    void aRedirectFromHttpsToHttpIsAnAnswerAndTheOtherServerSeesNothing() throws Exception {
        try (RawServer plain = RawServer.start(peer -> {});
                RawServer server = RawServer.startTls(serverFor("localhost"), peer -> {
                    peer.readHead();
                    peer.answer("307 Temporary Redirect\r\nLocation: " + plain.uri(), "");
                })) {
            Recorder recorder = get(trustingTheAuthority(), server.uri());
            assertThat(recorder.awaitHead().status()).isEqualTo(307);
            assertThat(plain.connections()).isZero();
        }
    }

    @Test
    void aTrustedCertificateForAnotherNameIsATlsFailure() throws Exception {
        try (RawServer server = RawServer.startTls(serverFor("elsewhere.test"), JdkTransportTlsTest::answer)) {
            Ending ending = get(trustingTheAuthority(), server.uri()).awaitEnding();
            assertThat(ending.kind()).isEqualTo(Kind.TLS);
            assertThat(ending.detail()).contains("localhost");
        }
    }

    @Test
    void aServerThatClosesInTheHandshakeIsATlsFailure() throws Exception {
        try (RawServer server = RawServer.start(RawServer.Peer::close)) {
            Ending ending = get(Wire.standard(), URI.create("https://localhost:" + server.port()))
                    .awaitEnding();
            assertThat(ending.kind()).isIn(Kind.TLS, Kind.RESET);
        }
    }

    @Test
    void aTlsStreamEndedInOrderWithoutItsFinalChunkIsCut() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (Transport transport = trustingTheAuthority().open();
                RawServer server = RawServer.startTls(serverFor("localhost"), peer -> {
                    peer.beginStream().chunk("one\r\n");
                    seen.await(10, TimeUnit.SECONDS);
                    peer.close();
                })) {
            Recorder recorder = new Recorder();
            transport.open(new Request("GET", server.uri(), Map.of(), null, null), recorder);
            recorder.awaitBytes(5);
            seen.countDown();
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.CUT);
            assertThat(recorder.body()).isEqualTo("one\r\n");
        }
    }

    @Test
    void aTlsStreamWhoseConnectionIsClosedBelowTlsIsCutAndNoFailureOfTls() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        Ending ending = belowTls(seen, Socket::close);
        assertThat(ending.kind()).isEqualTo(Kind.CUT);
    }

    @Test
    void aTlsStreamWhoseConnectionIsResetIsAReset() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        Ending ending = belowTls(seen, plain -> {
            plain.setSoLinger(true, 0);
            plain.close();
        });
        assertThat(ending.kind()).isEqualTo(Kind.RESET);
    }

    private interface Deed {
        void doTo(Socket plain) throws IOException;
    }

    /** A TLS layer over a socket that we keep, so that the socket can end without the TLS layer saying so. */
    private static Ending belowTls(CountDownLatch seen, Deed deed) throws Exception {
        SSLSocketFactory factory = serverFor("localhost").getSocketFactory();
        try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Transport transport = trustingTheAuthority().open()) {
            CompletableFuture<String> served = new CompletableFuture<>();
            Thread server = new Thread(() -> {
                try (Socket plain = listening.accept()) {
                    SSLSocket tls = (SSLSocket) factory.createSocket(plain, null, false);
                    tls.setUseClientMode(false);
                    tls.getInputStream().read(new byte[4096]);
                    tls.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\none\r\n\r\n".getBytes());
                    seen.await(10, TimeUnit.SECONDS);
                    deed.doTo(plain);
                    served.complete("done");
                } catch (IOException | InterruptedException e) {
                    served.completeExceptionally(e);
                }
            });
            server.setDaemon(true);
            server.start();
            Recorder recorder = new Recorder();
            URI uri = URI.create("https://localhost:" + listening.getLocalPort());
            transport.open(new Request("GET", uri, Map.of(), null, null), recorder);
            recorder.awaitBytes(5);
            seen.countDown();
            Ending ending = recorder.awaitEnding();
            served.orTimeout(10, TimeUnit.SECONDS).join();
            return ending;
        }
    }
}
