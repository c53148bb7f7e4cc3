package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestFaultsTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    final EmulatorExtension emulator = EmulatorExtension.create(builder -> builder.rule("cats", "cat"));

    @ParameterizedTest
    @CsvSource({
        "STATUS_503_HTML, 503, <html>",
        "STATUS_503_EMPTY, 503, ''",
        "PROVISIONING_503, 503, ProvisioningSubscription",
        "TOO_MANY_CONNECTIONS, 429, TooManyConnections",
        "RATE_LIMITED, 429, Too Many Requests",
        "USAGE_CAP, 429, UsageCapExceeded",
        "CREDITS_DEPLETED_402, 402, CreditsDepleted",
        "UNAUTHORIZED, 401, Unauthorized",
        "FORBIDDEN, 403, client-not-enrolled",
        "NO_RULES_409, 409, RuleConfigurationIssue",
        "REDIRECT, 302, ''",
        "CLOSE_AFTER_200, 200, ''"
    })
    void theNextConnectIsAnsweredInThisWayAndTheOneAfterIsHealthy(
            Misbehaviour kind, int status, String part, XEmulator x) throws Exception {
        x.inject(kind);

        HttpResponse<String> answer = StreamClient.get(x, StreamClient.FILTERED);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(part);
        try (StreamClient healthy = StreamClient.open(x)) {
            assertThat(healthy.status()).isEqualTo(200);
        }
    }

    @Test
    void rateHeadersLookHealthyUnlessTheRateIsTheReason(XEmulator x) throws Exception {
        x.inject(Misbehaviour.TOO_MANY_CONNECTIONS);
        assertThat(StreamClient.get(x, StreamClient.FILTERED).headers().firstValue("x-rate-limit-remaining"))
                .hasValue("39995");

        x.inject(Fault.of(Misbehaviour.RATE_LIMITED).delay(Duration.ofSeconds(70)));
        long before = x.now().getEpochSecond();
        HttpResponse<String> limited = StreamClient.get(x, StreamClient.FILTERED);
        assertThat(limited.headers().firstValue("x-rate-limit-remaining")).hasValue("0");
        assertThat(limited.headers().firstValueAsLong("x-rate-limit-reset").orElseThrow())
                .isBetween(before + 70, x.now().getEpochSecond() + 70);
    }

    @Test
    void aFaultCanAffectAnotherEndpoint(XEmulator x) throws Exception {
        x.inject(Fault.of(Misbehaviour.STATUS_503_EMPTY).on("/2/tweets/search/stream/rules"));

        try (StreamClient stream = StreamClient.open(x)) {
            assertThat(stream.status()).isEqualTo(200);
        }
        assertThat(StreamClient.get(x, "/2/tweets/search/stream/rules").statusCode())
                .isEqualTo(503);
    }

    @Test
    void anAcceptedConnectionCanStayWithoutAnAnswer(XEmulator x) throws Exception {
        x.inject(Misbehaviour.ACCEPT_AND_NEVER_ANSWER);
        try (Socket socket = request(x)) {
            assertThat(x.awaitRequests(seen -> seen.size() == 1, SOON)).isTrue();
            assertThat(socket.getInputStream().available()).isZero();
            assertThat(x.requests().get(0).status()).isZero();
        }
    }

    @Test
    void aConnectionCanBeClosedBeforeAStatusLine(XEmulator x) throws Exception {
        x.inject(Misbehaviour.ACCEPT_AND_CLOSE);
        try (Socket socket = request(x)) {
            socket.setSoTimeout((int) SOON.toMillis());
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void headersCanBeSlow(XEmulator x) throws Exception {
        x.inject(Fault.of(Misbehaviour.SLOW_HEADERS).delay(Duration.ofMillis(200)));
        long before = System.nanoTime();
        try (StreamClient client = StreamClient.open(x)) {
            assertThat(client.status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
        assertThat(x.awaitConnectionsOpen(0, SOON)).isTrue();
        assertThat(x.connections().get(0).end()).isEqualTo(ConnectionEnd.CLIENT_CLOSED);
    }

    @Test
    void aCompressedStreamIsFlushedLineByLine(XEmulator x) throws Exception {
        x.inject(Misbehaviour.GZIP);
        try (StreamClient client = StreamClient.open(x)) {
            assertThat(client.response().headers().firstValue("Content-Encoding"))
                    .hasValue("gzip");
            x.publish("a compressed cat");

            InputStream text = new GZIPInputStream(client.response().body());
            StringBuilder line = new StringBuilder();
            while (line.toString().isBlank()) {
                for (int b = text.read(); b != '\n'; b = text.read()) {
                    line.append((char) b);
                }
            }
            assertThat(line).contains("a compressed cat");
        }
    }

    private static Socket request(XEmulator x) throws Exception {
        Socket socket = new Socket("127.0.0.1", x.baseUri().getPort());
        socket.getOutputStream()
                .write("GET /2/tweets/search/stream HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
