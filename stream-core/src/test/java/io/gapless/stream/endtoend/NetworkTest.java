package io.gapless.stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent.ConnectFailed;
import io.gapless.stream.event.StreamEvent.Connected;
import io.gapless.stream.event.StreamEvent.Waiting;
import io.gapless.stream.seam.Ending;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What stands between the stream and X. */
class NetworkTest {
    private final Recorder recorder = new Recorder();

    /** The next connect fails so, and the one after it is put off by the first step of the network's ladder. */
    private String assertNetworkFailure(FilteredStream stream, Ending.Kind kind) throws Exception {
        stream.start();
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
        try (FilteredStream stream = Streams.from(Nowhere.uri(), recorder).build()) {
            String said = assertNetworkFailure(stream, Ending.Kind.NOT_CONNECTED);

            assertThat(said).contains("TCP connection could not be opened").contains("check host, port");
            Waits.awaitConnectsLeft(stream, 50);
        }
    }

    @Test
    void aHostThatIsUnknownIsTriedAgainAndCostsNoBudget() throws Exception {
        try (FilteredStream stream =
                Streams.from(URI.create("https://x.invalid"), recorder).build()) {
            String said = assertNetworkFailure(stream, Ending.Kind.UNKNOWN_HOST);

            assertThat(said).contains("host name has no address");
            Waits.awaitConnectsLeft(stream, 50);
        }
    }

    @Test
    void aServerThatNeverAnswersIsGivenUpAfterTheHeaderTimeoutAndItsSocketIsClosed() throws Exception {
        try (RawServer server = new RawServer(peer -> {});
                FilteredStream stream = Streams.from(server.uri(), recorder)
                        .headerTimeout(Duration.ofMillis(200))
                        .build()) {
            String said = assertNetworkFailure(stream, Ending.Kind.NO_ANSWER);

            assertThat(said).contains("no answer within 200 ms");
            assertThat(server.awaitClosedByClient(1)).isTrue();
        }
    }

    @Test
    void aServerThatClosesInsteadOfAnsweringCostsTwoConnectsOfTheBudget() throws Exception {
        try (RawServer server = new RawServer(RawServer.Peer::close);
                FilteredStream stream = Streams.from(server.uri(), recorder).build()) {
            assertNetworkFailure(stream, Ending.Kind.NO_ANSWER);

            Waits.awaitConnectsLeft(stream, 48);
        }
    }

    @Test
    void aServerOfAnotherKindIsTriedAgain() throws Exception {
        try (RawServer server = new RawServer(peer -> {
                    peer.send("SSH-2.0-OpenSSH_9.6\r\n");
                    peer.close();
                });
                FilteredStream stream = Streams.from(server.uri(), recorder).build()) {
            stream.start();

            assertThat(recorder.await(ConnectFailed.class).how()).isInstanceOf(Disconnection.Network.class);
            recorder.await(Waiting.class);
        }
    }

    @Test
    void headersThatComeLateAreStillInTime() throws Exception {
        try (XEmulator x = Streams.x();
                FilteredStream stream = Streams.from(x, recorder).build()) {
            x.inject(Fault.of(Misbehaviour.SLOW_HEADERS).delay(Duration.ofMillis(300)));
            stream.start();

            recorder.await(Connected.class);
            assertThat(recorder.events(ConnectFailed.class)).isEmpty();
        }
    }

    @Test
    void aCertificateOfOnesOwnAuthorityIsTrustedThroughTheSslContext() throws Exception {
        try (XEmulator x = XEmulator.builder().tls().rule("cats", "cat").start();
                FilteredStream stream = Streams.from(x, recorder)
                        .sslContext(x.clientSslContext().orElseThrow())
                        .build()) {
            stream.start();

            recorder.await(Connected.class);
            recorder.awaitPost(x.publish("a cat"));
        }
    }

    @Test
    void anUnknownCertificateIsToldAndTheTokenIsNotSent() throws Exception {
        try (XEmulator x = XEmulator.builder().tls().rule("cats", "cat").start();
                FilteredStream stream = Streams.from(x, recorder).build()) {
            String said = assertNetworkFailure(stream, Ending.Kind.TLS);

            assertThat(said).contains("certif");
            assertThat(x.requests()).isEmpty();
        }
    }

    @Test
    void throughAProxyPostsComeAndTheProxyNeverSeesTheToken() throws Exception {
        try (ConnectProxy proxy = new ConnectProxy();
                XEmulator x = XEmulator.builder().tls().rule("cats", "cat").start();
                FilteredStream stream = Streams.from(x, recorder)
                        .sslContext(x.clientSslContext().orElseThrow())
                        .proxy(proxy.selector())
                        .build()) {
            stream.start();

            recorder.await(Connected.class);
            recorder.awaitPost(x.publish("a cat"));
            assertThat(proxy.heads())
                    .singleElement()
                    .asString()
                    .startsWith("CONNECT ")
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
        try (RawServer proxy = RawServer.answering(refusal, "");
                FilteredStream stream = Streams.from(URI.create("https://x.invalid"), recorder)
                        .proxy(ProxySelector.of(proxy.address()))
                        .build()) {
            return assertNetworkFailure(stream, Ending.Kind.PROXY);
        }
    }
}
