package io.gapless.stream.seam;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.seam.Ending.Kind;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

class JdkTransportProxyTest {
    private static final URI FAR_TLS = URI.create("https://api.far.invalid/2/tweets/search/stream");
    private static final URI FAR_PLAIN = URI.create("http://api.far.invalid/2/tweets/search/stream");
    private static final Callable<String> BEARER = () -> "Bearer SECRET";

    /** Everything by the proxy: the JDK's own selector leaves out loopback addresses. */
    private static Wire by(int proxyPort) {
        return Wire.standard().withProxy(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress("localhost", proxyPort)));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                // The ending tells it.
            }
        });
    }

    private static final class Password extends Authenticator {
        final AtomicInteger asked = new AtomicInteger();

        @Override
        protected PasswordAuthentication getPasswordAuthentication() {
            asked.incrementAndGet();
            return new PasswordAuthentication("proxy-user", "proxy-password".toCharArray());
        }
    }

    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("proxy-user:proxy-password".getBytes(StandardCharsets.UTF_8));

    private static Recorder get(Wire wire, URI uri) {
        try (Transport transport = wire.open()) {
            Recorder recorder = new Recorder();
            transport.open(new Request("GET", uri, Map.of(), BEARER, null), recorder);
            recorder.awaitEnding();
            return recorder;
        }
    }

    @Test
    void aProxyThatRefusesTheTunnelIsAProxyFailureAndNeverSeesTheToken() throws Exception {
        try (RawServer proxy = RawServer.answering("403 Forbidden", "not with us")) {
            Ending ending = get(by(proxy.port()), FAR_TLS).awaitEnding();
            assertThat(ending.kind()).isEqualTo(Kind.PROXY);
            assertThat(ending.detail()).contains("403");
            assertThat(proxy.nextPeer().head())
                    .startsWith("CONNECT api.far.invalid:443 HTTP/1.1\r\n")
                    .doesNotContain("SECRET");
        }
    }

    @Test
    void aProxyThatWantsAPasswordNobodyGivesIsAProxyFailure() throws Exception {
        try (RawServer proxy =
                RawServer.answering("407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"", "")) {
            Recorder recorder = get(by(proxy.port()), FAR_TLS);
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.PROXY);
            assertThat(recorder.awaitEnding().detail()).contains("407").contains("proxyAuthenticator");
        }
    }

    @Test
    void aTunnelPasswordThatTheJdkHoldsBackIsAProxyFailureThatNamesTheProperty() throws Exception {
        try (RawServer proxy = RawServer.start(peer -> {
            while (true) {
                peer.readHead();
                peer.answer("407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"", "");
            }
        })) {
            Ending ending = get(by(proxy.port()).withProxyAuthenticator(new Password()), FAR_TLS)
                    .awaitEnding();
            assertThat(ending.kind()).isEqualTo(Kind.PROXY);
            assertThat(ending.detail()).contains("jdk.http.auth.tunneling.disabledSchemes");
            assertThat(proxy.nextPeer().head()).doesNotContain(BASIC);
        }
    }

    @Test
    void aWrongPasswordIsAProxyFailureAndIsNotTriedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (RawServer proxy = RawServer.start(peer -> {
            while (true) {
                peer.readHead();
                asked.incrementAndGet();
                peer.answer("407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"", "no");
            }
        })) {
            Ending ending = get(by(proxy.port()).withProxyAuthenticator(new Password()), FAR_PLAIN)
                    .awaitEnding();
            assertThat(ending.kind()).isEqualTo(Kind.PROXY);
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void anAuthenticatorThatFailsIsAProxyFailureWithoutTellingItsMessage() throws Exception {
        Authenticator failing = new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                throw new IllegalStateException("proxy-password");
            }
        };
        try (RawServer proxy = RawServer.start(peer -> {})) {
            Ending ending = get(by(proxy.port()).withProxyAuthenticator(failing), FAR_TLS)
                    .awaitEnding();
            assertThat(ending.kind()).isEqualTo(Kind.PROXY);
            assertThat(ending.detail()).contains("IllegalStateException").doesNotContain("proxy-password");
            assertThat(proxy.connections()).isZero();
        }
    }

    @Test
    void aProxysPasswordIsNotSentWhereNoProxyIsUsed() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "")) {
            get(Wire.standard().withProxy(ProxySelector.of(null)).withProxyAuthenticator(new Password()), server.uri());
            assertThat(server.nextPeer().head()).doesNotContainIgnoringCase("proxy-authorization");
        }
    }

    @Test
    void aProxyWithoutAListenerIsNotConnected() throws Exception {
        int port;
        try (RawServer proxy = RawServer.start(peer -> {})) {
            port = proxy.port();
        }
        assertThat(get(by(port), FAR_TLS).awaitEnding().kind()).isEqualTo(Kind.NOT_CONNECTED);
    }

    @Test
    void aProxysPasswordIsSentToTheProxy() throws Exception {
        try (RawServer proxy = RawServer.start(peer -> {
            while (true) {
                if (peer.readHead().contains("Proxy-Authorization: " + BASIC)) peer.answer("200 OK", "whole");
                else peer.answer("407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"", "");
            }
        })) {
            Recorder recorder = get(by(proxy.port()).withProxyAuthenticator(new Password()), FAR_PLAIN);
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
            assertThat(recorder.awaitHead().status()).isEqualTo(200);
            assertThat(recorder.body()).isEqualTo("whole");
        }
    }

    /** The property is read once per JVM, so the proof needs a JVM of its own. */
    @Test
    void aProxysPasswordOpensATunnelOnceTheJdkIsToldToAllowItAndStaysOutsideTheTunnel() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.http.auth.tunneling.disabledSchemes=",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Tunnel.class.getName())
                .redirectErrorStream(true)
                .start();
        assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).as(said).contains("COMPLETE").contains("200 whole");
        assertThat(said.toLowerCase(Locale.ROOT)).doesNotContain("proxy-authorization");
    }

    /** A server for TLS behind a tunnelling proxy with a password; prints what the server and the client saw. */
    static final class Tunnel {
        private Tunnel() {}

        public static void main(String[] args) throws Exception {
            HeldCertificate held = new HeldCertificate.Builder()
                    .addSubjectAlternativeName("localhost")
                    .build();
            HandshakeCertificates certificates = new HandshakeCertificates.Builder()
                    .heldCertificate(held)
                    .addTrustedCertificate(held.certificate())
                    .build();
            try (RawServer server = RawServer.startTls(certificates.sslContext(), peer -> {
                        System.out.println(peer.readHead());
                        peer.answer("200 OK", "whole");
                    });
                    RawServer proxy = RawServer.start(peer -> {
                        if (peer.readHead().contains("Proxy-Authorization: " + BASIC)) peer.tunnelTo(server.port());
                        else peer.answer("407 Proxy Authentication Required\r\nProxy-Authenticate: Basic", "");
                    })) {
                Wire wire = by(proxy.port())
                        .withProxyAuthenticator(new Password())
                        .withSslContext(certificates.sslContext());
                Recorder recorder = get(wire, server.uri());
                System.out.println(recorder.awaitEnding());
                System.out.println(recorder.awaitHead().status() + " " + recorder.body());
            }
        }
    }

    @Test
    void theProxysPasswordIsNotGivenToAServerThatAsksForOne() throws Exception {
        try (RawServer server = RawServer.start(peer -> {
            while (true) {
                peer.readHead();
                peer.answer("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"", "who are you");
            }
        })) {
            Password password = new Password();
            Recorder recorder = get(Wire.standard().withProxyAuthenticator(password), server.uri());
            assertThat(recorder.awaitHead().status()).isEqualTo(401);
            assertThat(recorder.body()).isEqualTo("who are you");
            assertThat(password.asked).hasValue(0);
            assertThat(server.nextPeer().head()).contains("Authorization: Bearer SECRET");
        }
    }

    @Test
    void aRefusedTokenStaysAnAnswerBesideAProxysPassword() throws Exception {
        try (RawServer server = RawServer.answering("401 Unauthorized", "{\"title\":\"Unauthorized\"}")) {
            Recorder recorder = get(Wire.standard().withProxyAuthenticator(new Password()), server.uri());
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
            assertThat(recorder.awaitHead().status()).isEqualTo(401);
        }
    }
}
