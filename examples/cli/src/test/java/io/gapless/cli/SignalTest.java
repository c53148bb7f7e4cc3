package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.ConnectionEnd;
import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** As a shell sees it: another process, its streams, its signals, its exit status. */
@Timeout(60)
class SignalTest {
    private static final int POSTS = 500;

    @Test
    void eachPostIsALineAsXSentItAndSigtermFreesTheSlotAndEndsWithStatus0() throws Exception {
        try (XEmulator x = XEmulator.builder().rule("cats", "cat").start();
                ChildProgram gapless = consume(x)) {
            assertThat(x.awaitConnectionsOpen(1, Said.PATIENCE)).isTrue();
            for (int i = 0; i < POSTS; i++) x.publish("cat number " + i + " “ÿ 🐈 & <b>");
            gapless.awaitOut(out -> out.lines().count() == POSTS);
            gapless.terminate();
            assertThat(gapless.awaitEnd()).isZero();
            List<String> sent = x.shouldHaveDelivered(Instant.EPOCH, x.now().plusSeconds(1)).stream()
                    .map(ExpectedPost::line)
                    .toList();
            assertThat(gapless.out().lines()).hasSize(POSTS).containsExactlyElementsOf(sent);
            assertThat(gapless.err()).contains(POSTS + " posts written").doesNotContain(x.bearerToken());
            assertThat(x.awaitConnectionsOpen(0, Said.PATIENCE)).isTrue();
            assertThat(x.connections()).extracting(SeenConnection::end).containsExactly(ConnectionEnd.CLIENT_CLOSED);
        }
    }

    private static ChildProgram consume(XEmulator x) throws IOException {
        return ChildProgram.start(
                Map.of("X_BEARER_TOKEN", x.bearerToken()),
                "consume",
                "--base-url",
                x.baseUri().toString(),
                "--fields",
                "minimal");
    }

    @Test
    void aReaderThatClosesThePipeEndsItWithStatus6AndOneSentence() throws Exception {
        try (XEmulator x = XEmulator.builder()
                        .rate(100)
                        .topics("cat")
                        .rule("cats", "cat")
                        .start();
                ChildProgram gapless = consume(x)) {
            gapless.awaitOut(out -> !out.isEmpty());
            gapless.closePipe();
            assertThat(gapless.awaitEnd()).isEqualTo(6);
            assertThat(gapless.err())
                    .containsOnlyOnce("gapless: The reader closed the pipe: ")
                    .doesNotContain("Broken pipe")
                    .doesNotContain("handler")
                    .doesNotContain("dropped.");
            assertThat(gapless.err().lines()).last().asString().startsWith("gapless: ");
        }
    }

    @Test
    void theEmulatorSaysWhereItIsAndEndsOnSigtermWithStatus0() throws Exception {
        try (ChildProgram emulator = ChildProgram.start(Map.of(), "emulator", "--port", "0", "--rate", "200")) {
            String said = emulator.awaitOut(out -> out.contains("rules list --base-url "));
            String token = said.replaceFirst("(?s).*Token: (\\S+).*", "$1");
            String url = said.replaceFirst("(?s).*--base-url (\\S+).*", "$1");
            Program.Ended listed = Program.withToken(token).run("rules", "list", "--base-url", url);
            assertThat(listed.out()).contains("cats");
            emulator.terminate();
            assertThat(emulator.awaitEnd()).isZero();
        }
    }
}
