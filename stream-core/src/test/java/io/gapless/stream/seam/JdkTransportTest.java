package io.gapless.stream.seam;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.seam.Ending.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How an exchange begins and ends: answered, bytes, ended once, with the right kind. */
class JdkTransportTest {
    private static final Callable<String> BEARER = () -> "Bearer AAAA%2FBBB%3D";

    @AutoClose
    private final Transport transport = Wire.standard().open();

    private Recorder get(URI uri) {
        Recorder recorder = new Recorder();
        transport.open(request(uri), recorder);
        return recorder;
    }

    private static Request request(URI uri) {
        return new Request("GET", uri, Map.of("User-Agent", "gapless-test"), BEARER, null);
    }

    private Recorder against(RawServer server) throws IOException {
        try (server) {
            Recorder recorder = get(server.uri());
            recorder.awaitEnding();
            return recorder;
        }
    }

    @Test
    void anOrderlyChunkedEndIsComplete() throws Exception {
        Recorder recorder = against(RawServer.start(
                peer -> peer.beginStream().chunk("one\r\n").chunk("two\r\n").lastChunk()));
        assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
        assertThat(recorder.awaitHead().status()).isEqualTo(200);
        assertThat(recorder.body()).isEqualTo("one\r\ntwo\r\n");
    }

    @Test
    void theEndOfAContentLengthIsComplete() throws Exception {
        Recorder recorder = against(RawServer.answering("200 OK", "whole"));
        assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
        assertThat(recorder.body()).isEqualTo("whole");
    }

    @Test
    void aCloseWithoutTheFinalChunkIsCut() throws Exception {
        Recorder recorder = against(
                RawServer.start(peer -> peer.beginStream().chunk("one\r\n").close()));
        assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.CUT);
        assertThat(recorder.body()).isEqualTo("one\r\n");
    }

    /** The end overtakes nothing: what X sent before it counts as received, and X won't send it again. */
    @Test
    void whatCameBeforeACutIsHandedOnEvenToASlowReceiver() throws Exception {
        String post = "x".repeat(1000) + "\r\n";
        CountDownLatch cut = new CountDownLatch(1);
        try (RawServer server = RawServer.start(peer -> {
            peer.beginStream().chunk(post);
            for (int i = 0; i < 99; i++) peer.chunk(post);
            peer.close();
            cut.countDown();
        })) {
            Recorder slow = new Recorder() {
                @Override
                public boolean bytes(byte[] buffer, int length, long nowNanos) {
                    try {
                        assertThat(cut.await(10, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    return super.bytes(buffer, length, nowNanos);
                }
            };
            transport.open(request(server.uri()), slow);
            assertThat(slow.awaitEnding().kind()).isEqualTo(Kind.CUT);
            assertThat(slow.size()).isEqualTo(100 * post.length());
        }
    }

    @Test
    void aCloseInsideAContentLengthIsCut() throws Exception {
        Recorder recorder = against(RawServer.responding(peer ->
                peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").close()));
        assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.CUT);
    }

    @Test
    void aResetInsideTheBodyIsAReset() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (RawServer server = RawServer.start(peer -> {
            peer.beginStream().chunk("one\r\n");
            seen.await(10, TimeUnit.SECONDS);
            peer.reset();
        })) {
            Recorder recorder = get(server.uri());
            recorder.awaitBytes(5);
            seen.countDown();
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.RESET);
        }
    }

    @Test
    void aCloseBeforeTheStatusLineIsNoAnswerAndCostsAtMostTwoConnections() throws Exception {
        try (RawServer server = RawServer.responding(RawServer.Peer::close)) {
            Ending ending = get(server.uri()).awaitEnding();
            assertThat(ending.kind()).isEqualTo(Kind.NO_ANSWER);
            assertThat(ending.beforeAnswer()).isTrue();
            assertThat(server.connections()).isBetween(1, 2);
        }
    }

    @Test
    void aResetBeforeTheStatusLineMayHaveReachedTheServer() throws Exception {
        Recorder recorder = against(RawServer.responding(RawServer.Peer::reset));
        assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.RESET);
        assertThat(recorder.awaitEnding().beforeAnswer()).isTrue();
    }

    @Test
    void aPortWithoutAListenerIsNotConnected() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Ending ending = get(URI.create("http://localhost:" + port)).awaitEnding();
        assertThat(ending.kind()).isEqualTo(Kind.NOT_CONNECTED);
        assertThat(ending.detail())
                .startsWith("the TCP connection could not be opened")
                .doesNotContain("Exception");
    }

    @Test
    void aNameWithoutAnAddressIsAnUnknownHost() {
        Ending ending = get(URI.create("http://no-such-host.invalid")).awaitEnding();
        assertThat(ending.kind()).isEqualTo(Kind.UNKNOWN_HOST);
        assertThat(ending.detail()).startsWith("the host name has no address");
    }

    @Test
    void aPortThatCannotBeEndsTheExchangeToo() {
        CompletableFuture<Throwable> loud = new CompletableFuture<>();
        Recorder recorder = new Recorder();
        Callable<String> token = () -> {
            hearUncaught(loud);
            return "Bearer t";
        };
        URI uri = URI.create("http://localhost:99999");
        transport.open(new Request("GET", uri, Map.of(), token, null), recorder);
        Ending ending = recorder.awaitEnding();
        assertThat(ending.kind()).isEqualTo(Kind.OTHER);
        assertThat(ending.detail()).contains("99999");
        assertThat(loud.orTimeout(10, TimeUnit.SECONDS).join()).isInstanceOf(IllegalArgumentException.class);
    }

    /** On this thread, which dies with the transport. */
    private static void hearUncaught(CompletableFuture<Throwable> loud) {
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> loud.complete(failure));
    }

    @Test
    void garbageInPlaceOfAStatusLineIsAnotherFailure() throws Exception {
        Recorder recorder = against(RawServer.responding(
                peer -> peer.write("SSH-2.0-OpenSSH_9.2\r\n\r\n").close()));
        assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.OTHER);
    }

    @Test
    void aTokenIsSentVerbatim() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "")) {
            get(server.uri()).awaitEnding();
            assertThat(server.nextPeer().head()).contains("\r\nAuthorization: Bearer AAAA%2FBBB%3D\r\n");
        }
    }

    @Test
    void aRequestSaysHttp11AndAsksForNoUpgradeAndNoCompression() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "")) {
            get(server.uri()).awaitEnding();
            assertThat(server.nextPeer().head())
                    .startsWith("GET / HTTP/1.1\r\n")
                    .contains("User-Agent: gapless-test\r\n")
                    .doesNotContainIgnoringCase("upgrade:")
                    .doesNotContainIgnoringCase("accept-encoding:");
        }
    }

    @Test
    void aBodyIsSent() throws Exception {
        try (RawServer server = RawServer.start(peer -> {
            assertThat(peer.readHead()).startsWith("POST / HTTP/1.1\r\n").contains("Content-Length: 5\r\n");
            peer.answer("201 Created", peer.readBody(5));
        })) {
            Recorder recorder = new Recorder();
            transport.open(new Request("POST", server.uri(), Map.of(), null, "hello".getBytes()), recorder);
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
            assertThat(recorder.body()).isEqualTo("hello");
        }
    }

    @Test
    void aRedirectIsAnAnswerAndTheOtherServerSeesNothing() throws Exception {
        try (RawServer other = RawServer.start(peer -> {});
                RawServer server = RawServer.answering("302 Found\r\nLocation: " + other.uri(), "")) {
            Recorder recorder = get(server.uri());
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
            assertThat(recorder.awaitHead().status()).isEqualTo(302);
            assertThat(recorder.awaitHead().header("location"))
                    .hasValue(other.uri().toString());
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void aRefusalIsAnAnswerWithItsHeadersAndItsBody() throws Exception {
        Recorder recorder = against(RawServer.answering(
                "503 Service Unavailable\r\nx-rate-limit-reset: 1700000000", "<html>over capacity</html>"));
        assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
        assertThat(recorder.awaitHead().status()).isEqualTo(503);
        assertThat(recorder.awaitHead().header("X-Rate-Limit-Reset")).hasValue("1700000000");
        assertThat(recorder.body()).isEqualTo("<html>over capacity</html>");
    }

    @Test
    void anEmptyRefusalIsAnAnswerWithoutBytes() throws Exception {
        Recorder recorder = against(RawServer.answering("503 Service Unavailable", ""));
        assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
        assertThat(recorder.size()).isZero();
    }

    @Test
    void anAnswerWith401AndNothingElseIsAnAnswer() throws Exception {
        Recorder recorder = against(RawServer.answering("401 Unauthorized", "no"));
        assertThat(recorder.awaitHead().status()).isEqualTo(401);
        assertThat(recorder.body()).isEqualTo("no");
    }

    @Test
    void noRequestCarriesATimeoutSinceItWouldEndAStreamFromJdk26On() throws Exception {
        assertThat(HttpRequests.build(request(URI.create("http://localhost"))).timeout())
                .isEmpty();
    }

    private Ending withToken(Callable<String> token) throws IOException {
        try (RawServer server = RawServer.start(peer -> {})) {
            Recorder recorder = new Recorder();
            transport.open(new Request("GET", server.uri(), Map.of(), token, null), recorder);
            Ending ending = recorder.awaitEnding();
            assertThat(server.connections()).as("connections").isZero();
            return ending;
        }
    }

    @Test
    void aTokenSourceThatFailsEndsTheExchangeWithoutTellingItsMessage() throws Exception {
        Ending ending = withToken(() -> {
            throw new IllegalStateException("vault said SECRET");
        });
        assertThat(ending.kind()).isEqualTo(Kind.NO_TOKEN);
        assertThat(ending.detail()).contains("IllegalStateException").doesNotContain("SECRET");
    }

    @Test
    void aTokenSourceMaySayItselfWhyThereIsNoToken() throws Exception {
        Ending ending = withToken(() -> {
            throw new NoTokenException("Set X_BEARER_TOKEN.");
        });
        assertThat(ending).isEqualTo(new Ending(Kind.NO_TOKEN, "Set X_BEARER_TOKEN."));
    }

    @Test
    void anErrorOfATokenSourceEndsTheExchangeWithoutTellingItsMessage() throws Exception {
        Ending ending = withToken(() -> {
            throw new NoClassDefFoundError("SECRET");
        });
        assertThat(ending.kind()).isEqualTo(Kind.NO_TOKEN);
        assertThat(ending.detail()).contains("NoClassDefFoundError").doesNotContain("SECRET");
    }

    @Test
    void anEmptyTokenIsNoToken() throws Exception {
        assertThat(withToken(() -> " ").kind()).isEqualTo(Kind.NO_TOKEN);
        assertThat(withToken(() -> null).kind()).isEqualTo(Kind.NO_TOKEN);
    }

    @Test
    void aTokenWithALineBreakIsRefusedWithoutBeingTold() throws Exception {
        Ending ending = withToken(() -> "Bearer SECRET\n");
        assertThat(ending.kind()).isEqualTo(Kind.NO_TOKEN);
        assertThat(ending.detail()).contains("line break").doesNotContain("SECRET");
    }

    @Test
    void aTokenSourceThatInterruptsItsThreadDoesNotEndTheExchange() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "fine")) {
            Recorder recorder = new Recorder();
            Callable<String> interrupting = () -> {
                Thread.currentThread().interrupt();
                return "Bearer t";
            };
            transport.open(new Request("GET", server.uri(), Map.of(), interrupting, null), recorder);
            assertThat(recorder.awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
            assertThat(recorder.body()).isEqualTo("fine");
        }
    }

    @Test
    void aReceiverThatFailsInAnsweredIsToldTheEndAndItsSocketIsFreed() throws Exception {
        CompletableFuture<Throwable> loud = new CompletableFuture<>();
        Recorder failing = new Recorder() {
            @Override
            public boolean answered(Head head, long nowNanos) {
                super.answered(head, nowNanos);
                hearUncaught(loud);
                throw new FailureOnPurpose();
            }
        };
        aFailingReceiverIsToldTheEnd(failing, loud);
    }

    @Test
    void aReceiverThatFailsInBytesIsToldTheEndAndItsSocketIsFreed() throws Exception {
        CompletableFuture<Throwable> loud = new CompletableFuture<>();
        Recorder failing = new Recorder() {
            @Override
            public boolean bytes(byte[] buffer, int length, long nowNanos) {
                super.bytes(buffer, length, nowNanos);
                hearUncaught(loud);
                throw new FailureOnPurpose();
            }
        };
        aFailingReceiverIsToldTheEnd(failing, loud);
    }

    private void aFailingReceiverIsToldTheEnd(Recorder failing, CompletableFuture<Throwable> loud) throws Exception {
        try (RawServer server = RawServer.start(peer -> peer.beginStream().chunk("one\r\n"))) {
            transport.open(request(server.uri()), failing);
            Ending ending = failing.awaitEnding();
            assertThat(ending.kind()).isEqualTo(Kind.OTHER);
            assertThat(ending.detail()).contains("FailureOnPurpose");
            assertThat(loud.orTimeout(10, TimeUnit.SECONDS).join()).isInstanceOf(FailureOnPurpose.class);
            server.nextPeer().awaitGone();
        }
    }

    private static final class FailureOnPurpose extends RuntimeException {
        private static final long serialVersionUID = 1;

        FailureOnPurpose() {
            super("on purpose");
        }
    }

    /** The common pool is anyone's; a program that blocks it must not bring the stream to a stand. */
    @Test
    void aBlockedCommonPoolHoldsUpNeitherAnAnswerNorAFailureNorACancel() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        ForkJoinPool common = ForkJoinPool.commonPool();
        for (int i = 0; i < common.getParallelism(); i++) {
            common.execute(() -> {
                try {
                    release.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        try (RawServer answering = RawServer.answering("200 OK", "whole");
                RawServer closing = RawServer.start(RawServer.Peer::close);
                RawServer silent = RawServer.start(RawServer.Peer::readHead)) {
            assertThat(get(answering.uri()).awaitEnding().kind()).isEqualTo(Kind.COMPLETE);
            assertThat(get(closing.uri()).awaitEnding().beforeAnswer()).isTrue();
            Recorder cancelled = new Recorder();
            Transport.Exchange exchange = transport.open(request(silent.uri()), cancelled);
            silent.nextPeer().head();
            exchange.cancel();
            assertThat(cancelled.awaitEnding().kind()).isEqualTo(Kind.CANCELLED);
            silent.awaitAllGone();
        } finally {
            release.countDown();
        }
    }

    @Test
    void anExchangeOnAClosedTransportEndsAtOnce() {
        transport.close();
        assertThat(get(URI.create("http://localhost:1")).awaitEnding().kind()).isEqualTo(Kind.CANCELLED);
    }
}
