package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LiveFaultsTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    final EmulatorExtension emulator =
            EmulatorExtension.create(builder -> builder.keepAlive(Duration.ZERO).rule("cats", "cat"));

    @Test
    void aTornConnectionLacksTheFinalChunk(XEmulator x) throws Exception {
        try (StreamClient client = StreamClient.open(x)) {
            x.publish("a cat");
            x.inject(Misbehaviour.CLOSE_WITHOUT_FINAL_CHUNK);

            assertThat(client.nextIds(1)).hasSize(1);
            assertThatThrownBy(client::nextLine).isInstanceOf(IOException.class);
            assertThat(x.awaitConnectionsOpen(0, SOON)).isTrue();
            assertThat(x.connections().get(0).end()).isEqualTo(ConnectionEnd.SERVER_TORN);
        }
    }

    @Test
    void aStreamCutWithinALineEndsProperlyAndItsPostIsExpected(XEmulator x) throws Exception {
        Instant before = x.now();
        try (StreamClient client = StreamClient.open(x)) {
            x.inject(Fault.of(Misbehaviour.CUT_MID_LINE).bytes(25));

            assertThat(client.nextLineBytes()).hasSize(25);
            assertThat(client.nextLine()).isEmpty();
            assertThat(x.shouldHaveDelivered(before, x.now().plusMillis(1))).hasSize(1);
        }
    }

    @Test
    void aHalfOpenConnectionIsSilentUntilTheClientGivesItUp(XEmulator x) throws Exception {
        try (RawStream client = RawStream.open(x)) {
            x.inject(Misbehaviour.HALF_OPEN);
            x.publish("a cat");
            x.sendKeepAlive();

            client.assertSilent();
            assertThat(x.connectionsOpen()).isEqualTo(1);
        }
        assertThat(x.awaitConnectionsOpen(0, SOON)).isTrue();
        assertThat(x.connections().get(0).end()).isEqualTo(ConnectionEnd.HALF_OPEN);
    }

    @ParameterizedTest
    @EnumSource(
            value = Misbehaviour.class,
            names = {
                "OPERATIONAL_DISCONNECT",
                "UPSTREAM_DISCONNECT",
                "SLOW_READER",
                "FORCE_DISCONNECT",
                "IN_BAND_TOO_MANY_CONNECTIONS"
            })
    void anInBandNoticeComesWrappedAndTheStreamEnds(Misbehaviour kind, XEmulator x) throws Exception {
        try (StreamClient client = StreamClient.open(x)) {
            x.inject(kind);

            JsonNode error = client.nextJson().at("/errors/0");
            assertThat(error.has("disconnect_type") || error.has("connection_issue"))
                    .isTrue();
            assertThat(client.nextLine()).isEmpty();
        }
    }

    @Test
    void anInBandNoticeCanComeBareAndLeaveTheSocketOpen(XEmulator x) throws Exception {
        try (StreamClient client = StreamClient.open(x)) {
            x.inject(Fault.of(Misbehaviour.OPERATIONAL_DISCONNECT_BARE).keepOpen());

            assertThat(client.nextJson().path("disconnect_type").asText()).isEqualTo("OperationalDisconnect");
            assertThat(x.connectionsOpen()).isEqualTo(1);
        }
        assertThat(x.awaitConnectionsOpen(0, SOON)).isTrue();
    }

    @Test
    void aFaultAffectsTheOpenConnectionAndThenTheNextOnes(XEmulator x) throws Exception {
        try (StreamClient first = StreamClient.open(x)) {
            x.inject(Fault.of(Misbehaviour.EOF).times(3));
            assertThat(first.nextLine()).isEmpty();
        }
        for (int i = 0; i < 2; i++) {
            try (StreamClient next = StreamClient.open(x)) {
                assertThat(next.nextLine()).isEmpty();
            }
        }
        try (StreamClient healthy = StreamClient.open(x)) {
            x.publish("a cat");
            assertThat(healthy.nextIds(1)).hasSize(1);
        }
    }

    @Test
    void aFaultCanAffectOneConnectionAndNotTheOther(XEmulator x) throws Exception {
        try (StreamClient struck = StreamClient.open(x);
                StreamClient spared = StreamClient.open(x)) {
            x.inject(Fault.of(Misbehaviour.EOF), x.connections().get(0).id());
            x.publish("a cat");

            assertThat(struck.nextLine()).isEmpty();
            assertThat(spared.nextIds(1)).hasSize(1);
            assertThatThrownBy(() -> x.inject(Fault.of(Misbehaviour.EOF), "nobody"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aFaultCanWaitForSomePosts(XEmulator x) throws Exception {
        x.inject(Fault.of(Misbehaviour.EOF).afterPosts(2));
        try (StreamClient client = StreamClient.open(x)) {
            x.publish("a cat");
            x.publish("a cat");
            x.publish("a cat");

            assertThat(client.idsToTheEnd()).hasSize(2);
        }
    }

    @Test
    void clearedFaultsDoNotOccur(XEmulator x) throws Exception {
        x.inject(Misbehaviour.EOF);
        x.clearFaults();
        try (StreamClient client = StreamClient.open(x)) {
            x.publish("a cat");
            assertThat(client.nextIds(1)).hasSize(1);
        }
    }

    @Test
    void aSplitCharacterIsCutBetweenTwoChunks(XEmulator x) throws Exception {
        try (RawStream client = RawStream.open(x)) {
            x.inject(Misbehaviour.SPLIT_UTF8);

            byte[] first = client.nextChunk();
            byte[] second = client.nextChunk();

            assertThatThrownBy(() -> decode(first)).isInstanceOf(CharacterCodingException.class);
            byte[] whole = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, whole, first.length, second.length);
            assertThat(decode(whole)).contains("🐱").endsWith("\r\n");
        }
    }

    @Test
    void aLineCanComeByteByByte(XEmulator x) throws Exception {
        try (RawStream client = RawStream.open(x)) {
            x.inject(Misbehaviour.ONE_BYTE_CHUNKS);

            List<byte[]> chunks = new ArrayList<>();
            do {
                chunks.add(client.nextChunk());
            } while (chunks.get(chunks.size() - 1)[0] != '\n');

            assertThat(chunks).allMatch(chunk -> chunk.length == 1).hasSizeGreaterThan(50);
        }
    }

    @Test
    void aHugeLineIsLongerThanAMegabyteAndAPost(XEmulator x) throws Exception {
        try (StreamClient client = StreamClient.open(x)) {
            x.inject(Misbehaviour.HUGE_LINE);
            x.inject(Fault.of(Misbehaviour.HUGE_LINE).bytes(5_000));

            JsonNode huge = client.nextJson();
            assertThat(huge.at("/data/id").asLong()).isPositive();
            assertThat(client.nextLineBytes().length).isBetween(5_000, 6_000);
        }
    }

    @Test
    void invalidUtf8IsSentAsIs(XEmulator x) throws Exception {
        try (StreamClient client = StreamClient.open(x)) {
            x.inject(Misbehaviour.INVALID_UTF8);

            byte[] line = client.nextLineBytes();
            assertThatThrownBy(() -> decode(line)).isInstanceOf(CharacterCodingException.class);
        }
    }

    @Test
    void faultyLinesAreWhatTheirNamesSay(XEmulator x) throws Exception {
        try (StreamClient client = StreamClient.open(x)) {
            x.inject(Misbehaviour.NOT_JSON);
            byte[] notJson = client.nextLineBytes();
            assertThatThrownBy(() -> Json.parse(notJson)).isInstanceOf(IOException.class);

            x.inject(Misbehaviour.UNKNOWN_MESSAGE);
            assertThat(client.nextJson().has("data")).isFalse();

            x.inject(Misbehaviour.UNKNOWN_ENUM);
            JsonNode unknown = client.nextJson();
            assertThat(unknown.at("/data/reply_settings").asText()).isEqualTo("only_martians");
            assertThat(unknown.has("matching_rules")).isTrue();

            x.inject(Misbehaviour.NO_ID);
            assertThat(client.nextJson().path("data").has("id")).isFalse();
        }
    }

    @Test
    void duplicatesLatenessAndDisorderAreMadeOfRealPosts(XEmulator x) throws Exception {
        Instant start = x.now().minusSeconds(60);
        try (StreamClient client = StreamClient.open(x)) {
            long id = x.publish("a cat");
            x.inject(Misbehaviour.DUPLICATE);
            assertThat(client.nextIds(2)).containsExactly(id, id);

            x.inject(Misbehaviour.OUT_OF_ORDER);
            List<Long> two = client.nextIds(2);
            assertThat(two.get(0)).isGreaterThan(two.get(1));

            x.inject(Misbehaviour.LATE);
            long late = client.nextIds(1).get(0);
            assertThat(Snowflake.millisOf(late)).isLessThan(x.now().toEpochMilli() - 29_000);

            assertThat(x.shouldHaveDelivered(start, x.now().plusMillis(1)))
                    .extracting(ExpectedPost::id)
                    .containsExactlyInAnyOrder(id, two.get(0), two.get(1), late);
        }
    }

    @Test
    void aRawLineAndAKeepAliveCanBeSentByHand(XEmulator x) throws Exception {
        try (StreamClient client = StreamClient.open(x)) {
            x.sendLine("{\"hello\":1}");
            x.sendKeepAlive();

            assertThat(client.nextLine()).isEqualTo("{\"hello\":1}\r\n");
            assertThat(client.nextLine()).isEqualTo("\r\n");
        }
    }

    @Test
    void aClientThatDoesNotReadIsDisconnected() throws Exception {
        try (XEmulator x = XEmulator.builder()
                        .slowReaderAfter(Duration.ofMillis(300))
                        .rate(20_000)
                        .topics("cat")
                        .postLength(200, 250)
                        .rule("cats", "cat")
                        .start();
                RawStream client = RawStream.open(x)) {
            assertThat(x.awaitConnectionsOpen(0, SOON)).isTrue();
            assertThat(x.connections().get(0).end()).isEqualTo(ConnectionEnd.SLOW_READER);
            client.readByte();
        }
    }

    private static String decode(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    /** Reads a stream from the socket, chunk by chunk. */
    private static final class RawStream implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        private RawStream(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
        }

        static RawStream open(XEmulator x) throws IOException {
            Socket socket = new Socket("127.0.0.1", x.baseUri().getPort());
            socket.setSoTimeout((int) SOON.toMillis());
            socket.getOutputStream()
                    .write(("GET /2/tweets/search/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                    + x.bearerToken() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            RawStream stream = new RawStream(socket);
            while (!stream.headerLine().isEmpty()) {
                // The headers are skipped.
            }
            return stream;
        }

        byte[] nextChunk() throws IOException {
            int length = Integer.parseInt(headerLine(), 16);
            byte[] chunk = in.readNBytes(length);
            headerLine();
            return chunk;
        }

        int readByte() throws IOException {
            return in.read();
        }

        void assertSilent() throws IOException {
            socket.setSoTimeout(300);
            assertThatThrownBy(this::readByte).isInstanceOf(SocketTimeoutException.class);
        }

        private String headerLine() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                line.append((char) b);
            }
            return line.toString().strip();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
