package io.gapless.stream.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent.ConnectFailed;
import io.gapless.stream.event.StreamEvent.Waiting;
import io.gapless.stream.seam.RawServer;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that something on the way has compressed although nobody asked. */
class EncodingTest {
    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nContent-Encoding: ";
    private static final byte[] POSTS = "{\"data\":{\"id\":\"1\"}}\r\n{\"data\":{\"id\":\"2\"}}\r\n".getBytes(UTF_8);

    @AutoClose
    private final Streams streams = new Streams();

    private final Recorder recorder = streams.recorder;

    private static byte[] compressed(String encoding) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        switch (encoding) {
            case "gzip", "x-gzip" -> {
                // A piece of its own for each line, as some boxes do.
                for (byte[] piece : new byte[][] {POSTS, POSTS}) {
                    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
                        zip.write(piece);
                    }
                }
            }
            case "raw" -> {
                try (DeflaterOutputStream zip = new DeflaterOutputStream(bytes, new Deflater(6, true))) {
                    zip.write(POSTS);
                }
            }
            default -> {
                try (DeflaterOutputStream zip = new DeflaterOutputStream(bytes)) {
                    zip.write(POSTS);
                }
            }
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "deflate", "raw"})
    void itIsDecoded(String encoding) throws Exception {
        byte[] body = compressed(encoding);
        String name = encoding.equals("raw") ? "deflate" : encoding;
        try (RawServer server = RawServer.responding(peer -> {
            peer.write(HEAD + name + "\r\n\r\n");
            peer.chunk(body);
        })) {
            streams.start(server.uri(), builder -> builder.bearerToken("token"));
            recorder.awaitPost(post -> post.id() == 2, "post 2");
            assertThat(recorder.ids()).containsExactly(1L, 2L);
        }
    }

    @Test
    void anyOtherEncodingEndsTheConnectionWithItsNameAndASlowLadder() throws Exception {
        try (RawServer server = RawServer.responding(peer -> peer.write(HEAD + "br\r\n\r\n"))) {
            streams.start(server.uri(), builder -> builder.bearerToken("token"));
            ConnectFailed failed = recorder.await(ConnectFailed.class);
            assertThat(failed.how()).isInstanceOf(Disconnection.Network.class);
            assertThat(failed.describe()).contains("content encoding br");
            assertThat(Waits.length(recorder.await(Waiting.class))).isGreaterThanOrEqualTo(Duration.ofMillis(4_995));
        }
    }
}
