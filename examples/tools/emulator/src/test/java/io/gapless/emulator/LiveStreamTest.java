package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveStreamTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void aPublishedPostThatMatchesARuleIsSentAsOneLineThatEndsWithCrlf() throws Exception {
        try (XEmulator x = XEmulator.builder().rule("cats", "cat").start();
                StreamClient client = StreamClient.open(x)) {
            x.publish("a dog");
            long id = x.publish("a cat & a café");

            String line = client.nextLine();

            assertThat(line).endsWith("}\r\n");
            assertThat(Json.parse(line.getBytes(StandardCharsets.UTF_8))
                            .at("/data/id")
                            .asLong())
                    .isEqualTo(id);
            assertThat(Json.parse(line.getBytes(StandardCharsets.UTF_8))
                            .at("/data/text")
                            .asText())
                    .isEqualTo("a cat &amp; a café");
            assertThat(Json.parse(line.getBytes(StandardCharsets.UTF_8))
                            .at("/matching_rules/0/tag")
                            .asText())
                    .isEqualTo("cats");
        }
    }

    @Test
    void theExpectedGeneratedPostsAreDelivered() throws Exception {
        try (XEmulator x = XEmulator.builder().rate(500).rule("cats", "cat").start();
                StreamClient client = StreamClient.open(x)) {
            List<Long> got = client.nextIds(20);

            Instant first = created(got.get(0));
            Instant last = created(got.get(got.size() - 1));
            assertThat(x.shouldHaveDelivered(first, last.plusMillis(1)))
                    .extracting(ExpectedPost::id)
                    .isEqualTo(got);
        }
    }

    @Test
    void keepAlivesAreEmptyLines() throws Exception {
        try (XEmulator x = XEmulator.builder()
                        .keepAlive(Duration.ofMillis(30))
                        .rule("cats", "cat")
                        .start();
                StreamClient client = StreamClient.open(x)) {
            assertThat(client.nextLine()).isEqualTo("\r\n");
            assertThat(client.nextLine()).isEqualTo("\r\n");
        }
    }

    @Test
    void theClientsCloseIsSeen() throws Exception {
        try (XEmulator x = XEmulator.builder().rule("cats", "cat").start()) {
            StreamClient client = StreamClient.open(x);
            assertThat(x.awaitConnectionsOpen(1, SOON)).isTrue();

            client.close();

            assertThat(x.awaitConnectionsOpen(0, SOON)).isTrue();
            assertThat(x.connections().get(0).end()).isEqualTo(ConnectionEnd.CLIENT_CLOSED);
        }
    }

    @Test
    void aResetBreaksTheRead() throws Exception {
        try (XEmulator x = XEmulator.builder().rule("cats", "cat").start();
                StreamClient client = StreamClient.open(x)) {
            x.inject(Misbehaviour.RESET);

            assertThatThrownBy(client::nextLine).isInstanceOf(IOException.class);
            assertThat(x.awaitConnectionsOpen(0, SOON)).isTrue();
            assertThat(x.connections().get(0).end()).isEqualTo(ConnectionEnd.SERVER_RESET);
        }
    }

    @Test
    void aProperEndIsAnEndOfTheBody() throws Exception {
        try (XEmulator x = XEmulator.builder().rule("cats", "cat").start();
                StreamClient client = StreamClient.open(x)) {
            x.inject(Misbehaviour.EOF);

            assertThat(client.nextLine()).isEmpty();
        }
    }

    @Test
    void withoutRulesTheStreamIsRefusedWith409() throws Exception {
        try (XEmulator x = XEmulator.builder().start()) {
            var answer = StreamClient.get(x, StreamClient.FILTERED);

            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(answer.body()).contains("RuleConfigurationIssue");
        }
    }

    @Test
    void theExpectedPostsFollowTheRulesInForce() throws Exception {
        try (XEmulator x = XEmulator.builder().start()) {
            Instant start = x.now();
            x.publish("a cat");
            x.shiftTime(Duration.ofMinutes(1));
            x.addRule("cats", "cat");
            long expected = x.publish("a cat");
            x.shiftTime(Duration.ofMinutes(1));
            x.removeRules();
            x.publish("a cat");

            assertThat(x.shouldHaveDelivered(start, x.now().plusMillis(1)))
                    .extracting(ExpectedPost::id)
                    .containsExactly(expected);
        }
    }

    @Test
    void theEmulatorDescribesItself() {
        try (XEmulator x = XEmulator.builder().rate(5).rule("cats", "cat").start()) {
            assertThat(x.toString())
                    .contains(x.baseUri().toString())
                    .contains("5.0 posts/s")
                    .contains("1 rule(s)");
        }
    }

    @Test
    void aRuleThatIsNotValidIsRefusedAtTheStart() {
        assertThatThrownBy(() -> XEmulator.builder().rule("cats", "-cat").start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'-cat' is not valid");
    }

    @Test
    void aPortInUseIsRefusedWithAdvice() throws Exception {
        try (XEmulator x = XEmulator.builder().start()) {
            int taken = x.baseUri().getPort();
            assertThatThrownBy(() -> XEmulator.builder().port(taken).start())
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken)
                    .hasMessageContaining("free one");
        }
    }

    @Test
    void closingTheEmulatorEndsStreamsAndRequestsThatWaitForAnAnswer() throws Exception {
        XEmulator x = XEmulator.builder().rule("cats", "cat").start();
        try (StreamClient streaming = StreamClient.open(x);
                Socket waiting = new Socket("127.0.0.1", x.baseUri().getPort())) {
            x.inject(Misbehaviour.ACCEPT_AND_NEVER_ANSWER);
            waiting.getOutputStream()
                    .write("GET /2/tweets/search/stream HTTP/1.1\r\nHost: x\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(x.awaitRequests(seen -> seen.size() == 2, SOON)).isTrue();

            x.close();

            assertThatThrownBy(streaming::nextLine).isInstanceOf(IOException.class);
            assertThat(waiting.getInputStream().read()).isEqualTo(-1);
            assertThat(x.connections().get(0).end()).isEqualTo(ConnectionEnd.EMULATOR_CLOSED);
        } finally {
            x.close();
        }
    }

    @Test
    void aConnectionOverTheLimitIsRefusedWith429() throws Exception {
        try (XEmulator x = XEmulator.builder()
                        .access(AccessLevel.PAY_PER_USE)
                        .rule("cats", "cat")
                        .start();
                StreamClient first = StreamClient.open(x)) {
            var answer = StreamClient.get(x, StreamClient.FILTERED);

            assertThat(first.status()).isEqualTo(200);
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.body()).contains("TooManyConnections");
            assertThat(answer.headers().firstValue("x-rate-limit-remaining")).hasValue("48");
        }
    }

    private static Instant created(long id) {
        return Instant.ofEpochMilli(Snowflake.millisOf(id));
    }
}
