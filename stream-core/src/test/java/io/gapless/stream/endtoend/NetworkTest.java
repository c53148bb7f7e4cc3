package io.gapless.stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent.ConnectFailed;
import io.gapless.stream.event.StreamEvent.Waiting;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.RawServer;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What stands between the stream and X. */
class NetworkTest {
    @AutoClose
    private final Streams streams = new Streams();

    private final XEmulator x = streams.x;
    private final Recorder recorder = streams.recorder;

    /** The stream's next connect fails so, and the one after it is put off by the first step of the network's ladder. */
    private String assertNetworkFailure(Ending.Kind kind) throws Exception {
        ConnectFailed failed = recorder.await(ConnectFailed.class);
        assertThat(failed.how())
                .isInstanceOfSatisfying(Disconnection.Network.class, network -> assertThat(network.kind())
                        .isEqualTo(kind.name()));
        assertThat(Waits.length(recorder.await(Waiting.class)))
                .isBetween(Duration.ofMillis(249), Duration.ofMillis(275));
        return failed.describe();
    }

    @Test
    void aPortWhereNobodyListensIsTriedAgainAndCostsNoBudget() throws Exception {
        FilteredStream stream = streams.start(Nowhere.uri());

        assertThat(assertNetworkFailure(Ending.Kind.NOT_CONNECTED))
                .contains("TCP connection could not be opened")
                .contains("check host, port");
        Waits.awaitConnectsLeft(stream, 50);
    }

    @Test
    void aHostThatIsUnknownIsTriedAgainAndCostsNoBudget() throws Exception {
        FilteredStream stream = streams.start(URI.create("https://x.invalid"));

        assertThat(assertNetworkFailure(Ending.Kind.UNKNOWN_HOST)).contains("host name has no address");
        Waits.awaitConnectsLeft(stream, 50);
    }

    @Test
    void aServerThatNeverAnswersIsGivenUpAfterTheHeaderTimeoutAndItsSocketIsClosed() throws Exception {
        try (RawServer server = RawServer.start(RawServer.Peer::readHead)) {
            streams.start(server.uri(), builder -> builder.headerTimeout(Duration.ofMillis(200)));

            assertThat(assertNetworkFailure(Ending.Kind.NO_ANSWER)).contains("no answer within 200 ms");
            server.nextPeer().awaitGone();
        }
    }

    @Test
    void aServerThatClosesInsteadOfAnsweringCostsTwoConnectsOfTheBudget() throws Exception {
        try (RawServer server = RawServer.responding(RawServer.Peer::close)) {
            FilteredStream stream = streams.start(server.uri());

            assertNetworkFailure(Ending.Kind.NO_ANSWER);
            Waits.awaitConnectsLeft(stream, 48);
        }
    }

    @Test
    void aServerOfAnotherKindIsTriedAgain() throws Exception {
        try (RawServer server = RawServer.responding(
                peer -> peer.write("SSH-2.0-OpenSSH_9.6\r\n").close())) {
            streams.start(server.uri());

            assertThat(recorder.await(ConnectFailed.class).how()).isInstanceOf(Disconnection.Network.class);
            recorder.await(Waiting.class);
        }
    }

    @Test
    void headersThatComeLateAreStillInTime() throws Exception {
        x.inject(Fault.of(Misbehaviour.SLOW_HEADERS).delay(Duration.ofMillis(300)));
        streams.connect();

        assertThat(recorder.events(ConnectFailed.class)).isEmpty();
    }

    @Test
    void aCertificateOfOnesOwnAuthorityIsTrustedThroughTheSslContext() throws Exception {
        XEmulator secure = overTls();
        streams.connect(builder -> builder.sslContext(secure.clientSslContext().orElseThrow()));

        recorder.awaitPost(secure.publish("a cat"));
    }

    private XEmulator overTls() {
        return streams.from(XEmulator.builder().tls().rule("cats", "cat"));
    }

    @Test
    void anUnknownCertificateIsToldAndTheTokenIsNotSent() throws Exception {
        XEmulator secure = overTls();
        streams.start();

        assertThat(assertNetworkFailure(Ending.Kind.TLS)).contains("certif");
        assertThat(secure.requests()).isEmpty();
    }

    @Test
    void throughAProxyPostsComeAndTheProxyNeverSeesTheToken() throws Exception {
        XEmulator secure = overTls();
        try (RawServer proxy =
                RawServer.responding(peer -> peer.tunnelTo(secure.baseUri().getPort()))) {
            streams.connect(
                    builder -> builder.sslContext(secure.clientSslContext().orElseThrow())
                            .proxy(ProxySelector.of(new InetSocketAddress("localhost", proxy.port()))));

            recorder.awaitPost(secure.publish("a cat"));
            assertThat(proxy.connections()).isEqualTo(1);
            assertThat(proxy.nextPeer().head())
                    .startsWith("CONNECT " + secure.baseUri().getAuthority())
                    .doesNotContain("Bearer");
        }
    }

    @Test
    void aProxyThatWantsAPasswordIsToldWithWhatToSet() throws Exception {
        assertThat(saidOfProxy("407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"here\""))
                .contains("proxyAuthenticator", "jdk.http.auth.tunneling.disabledSchemes");
    }

    @Test
    void aProxyThatRefusesIsToldAsTheProxysRefusal() throws Exception {
        assertThat(saidOfProxy("403 Forbidden")).contains("PROXY", "403");
    }

    private String saidOfProxy(String refusal) throws Exception {
        try (RawServer proxy = RawServer.answering(refusal, "")) {
            streams.start(
                    URI.create("https://x.invalid"),
                    builder -> builder.proxy(ProxySelector.of(new InetSocketAddress("localhost", proxy.port()))));
            return assertNetworkFailure(Ending.Kind.PROXY);
        }
    }
}
