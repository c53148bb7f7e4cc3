package io.gapless.stream.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.seam.RawServer;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that wants our memory, against a JVM of its own that has 64 MB and dies at its first OutOfMemoryError. */
class HostileServerTest {
    /** Several times what the JVM has. */
    private static final long FLOOD_BYTES = 256L * 1024 * 1024;

    private static final byte[] MEGABYTE = filled(1024 * 1024);
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String JSON_HEAD = "\r\nContent-Type: application/json\r\n";
    private static final String POST = "{\"data\":{\"id\":\"1999999999999999999\",\"text\":\"a cat\"}}\r\n";

    private final AtomicLong sentBytes = new AtomicLong();
    private Process program;
    private BufferedReader says;
    private final List<String> said = new ArrayList<>();

    @AfterEach
    void kill() {
        if (program != null) program.destroyForcibly();
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }

    private void besiege(RawServer server, String rules) throws IOException {
        program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Besieged.class.getName(),
                        server.uri().toString(),
                        rules)
                .redirectErrorStream(true)
                .start();
        says = program.inputReader(UTF_8);
        // A test that waits for words that never come is over then.
        CompletableFuture.delayedExecutor(60, TimeUnit.SECONDS).execute(program::destroyForcibly);
    }

    /** What posts and events say comes in any order: it may have been said before. */
    private void awaitSaid(String words) throws IOException {
        Predicate<String> wanted = Pattern.compile(words).asPredicate();
        while (said.stream().noneMatch(wanted)) {
            String line = says.readLine();
            if (line == null) throw new AssertionError("It ended without saying '" + words + "', but only " + said);
            said.add(line.length() > 500 ? line.substring(0, 500) : line);
        }
    }

    private void assertItLives() throws Exception {
        program.getOutputStream().close();
        awaitSaid("^alive$");
        assertThat(program.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).as(String.join("\n", said)).isZero();
    }

    private void flood(RawServer.Peer peer, byte[] piece) throws IOException {
        while (sentBytes.get() < FLOOD_BYTES) {
            peer.write(piece);
            sentBytes.addAndGet(piece.length);
        }
    }

    /** A program lives through a server that does this, and says all this on the way. */
    private void assertItLivesThrough(RawServer.Script script, String rules, String... words) throws Exception {
        try (RawServer server = RawServer.responding(script)) {
            besiege(server, rules);
            for (String word : words) awaitSaid(word);
            assertItLives();
        }
    }

    @Test
    void headersWithoutEndAreAFailedConnect() throws Exception {
        byte[] headers =
                "X-More: and more of the same, and yet more\r\n".repeat(1_000).getBytes(ISO_8859_1);
        assertItLivesThrough(
                peer -> flood(peer.write("HTTP/1.1 200 OK\r\n"), headers), "without", "could not be opened");
    }

    @Test
    void aHeaderWithoutEndIsAFailedConnect() throws Exception {
        assertItLivesThrough(
                peer -> flood(peer.write("HTTP/1.1 200 OK\r\nX-Long: "), MEGABYTE), "without", "could not be opened");
    }

    @Test
    void aLineOfManyMegabytesIsPassedOverAndThePostBehindItIsHandedOver() throws Exception {
        assertItLivesThrough(
                peer -> {
                    flood(peer.write("HTTP/1.1 200 OK\r\n\r\n"), MEGABYTE);
                    peer.write("\r\n" + POST);
                },
                "without",
                "post 1999999999999999999",
                "longer than");
        assertThat(sentBytes).hasValueGreaterThanOrEqualTo(FLOOD_BYTES);
    }

    @Test
    void jsonNestedWithoutEndIsNoPostAndThePostBehindItIsHandedOver() throws Exception {
        assertItLivesThrough(
                peer -> peer.write("HTTP/1.1 200 OK\r\n\r\n")
                        .write("{\"data\":" + "[{\"a\":".repeat(150_000) + "\r\n")
                        .write("[".repeat(1_000_000) + "\r\n")
                        .write(POST),
                "without",
                "post 1999999999999999999");
    }

    @Test
    void aChunkThatCallsItselfEndlessIsReadAsItComes() throws Exception {
        byte[] posts = POST.repeat(10_000).getBytes(UTF_8);
        assertItLivesThrough(
                peer -> flood(peer.write(CHUNKED + "7FFFFFFF\r\n" + POST), posts),
                "without",
                "post 1999999999999999999");
    }

    @Test
    void aChunkLargerThanAnyNumberIsAnEnding() throws Exception {
        assertItLivesThrough(
                peer -> peer.write(CHUNKED + "FFFFFFFFFFFFFFFFFFFF\r\n" + POST),
                "without",
                "ended: |could not be opened");
    }

    @Test
    void zippedBytesThatNobodyAskedForFillNoMemory() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < 256; i++) zip.write(MEGABYTE);
            zip.write(("\r\n" + POST).getBytes(UTF_8));
        }
        AtomicReference<String> asked = new AtomicReference<>();
        assertItLivesThrough(
                peer -> {
                    asked.set(peer.head());
                    peer.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
                            .write(bomb.toByteArray());
                },
                "without",
                "post 1999999999999999999");
        assertThat(asked.get()).startsWith("GET ").doesNotContainIgnoringCase("gzip");
    }

    @Test
    void aRefusalWithoutEndIsStillARefusal() throws Exception {
        assertItLivesThrough(
                peer -> flood(peer.write("HTTP/1.1 503 Service Unavailable\r\n\r\n"), MEGABYTE), "without", "503");
    }

    @Test
    void tenMegabytesOfRuleErrorsAreTold() throws Exception {
        String error = "{\"title\":\"Invalid Rule\",\"detail\":\"no viable alternative\",\"value\":\"((cat\"},";
        byte[] body = ("{\"errors\":[" + error.repeat(10 * 1024 * 1024 / error.length()) + "{}]}").getBytes(UTF_8);
        assertTheRulesAreNotSynced("400 Bad Request", body);
    }

    @Test
    void tenMegabytesOfNestingInTheAnswerToRulesAreTold() throws Exception {
        assertTheRulesAreNotSynced(
                "400 Bad Request", "[".repeat(10 * 1024 * 1024).getBytes(UTF_8));
        kill();
        byte[] shallow = ("{\"errors\":[" + "[],".repeat(3 * 1024 * 1024) + "[]]}").getBytes(UTF_8);
        assertTheRulesAreNotSynced("500 Internal Server Error", shallow);
    }

    @Test
    void anAnswerToRulesWithoutEndIsTold() throws Exception {
        byte[] rules = "{\"id\":\"1\",\"value\":\"cat\",\"tag\":\"cats\"},"
                .repeat(1_000)
                .getBytes(UTF_8);
        assertItLivesThrough(
                peer -> flood(peer.write("HTTP/1.1 200 OK" + JSON_HEAD + "\r\n{\"data\":["), rules),
                "with-rules",
                "[Rr]ules");
    }

    private void assertTheRulesAreNotSynced(String status, byte[] body) throws Exception {
        String head = "HTTP/1.1 " + status + JSON_HEAD + "Content-Length: " + body.length + "\r\n\r\n";
        assertItLivesThrough(peer -> peer.write(head).write(body), "with-rules", "[Rr]ules");
    }
}
