package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gapless.emulator.ConnectionEnd;
import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void theEmulatorMisbehavesAtATimeAndWhenItIsAskedTo() throws Exception {
        try (ChildProgram emulator = ChildProgram.start(
                Map.of(), "emulator", "--rate", "50", "--fault", "reset@1s", "--fault", "EOF@100ms")) {
            String said = emulator.awaitOut(out -> out.contains("rules list --base-url "));
            String token = said.replaceFirst("(?s).*Token: (\\S+).*", "$1");
            String url = said.replaceFirst("(?s).*--base-url (\\S+).*", "$1");
            String port = url.replaceFirst(".*:", "");
            assertThat(said).contains("emulator misbehave RESET --port " + port);
            emulator.awaitOut(out -> out.contains("EOF injected.") && out.contains("RESET injected."));
            try (Program.Running consume = Program.withToken(token).start("consume", "--base-url", url)) {
                consume.awaitErr("RESET").awaitErr("is open and receiving");
                Program.Ended injected =
                        new Program().run("emulator", "misbehave", "operational-disconnect", "--port", port);
                assertThat(injected.status()).isZero();
                assertThat(injected.out()).startsWith("OPERATIONAL_DISCONNECT injected.");
                consume.awaitErr("OperationalDisconnect");
            }
            emulator.terminate();
            assertThat(emulator.awaitEnd()).isZero();
            Program.Ended nobody = new Program().run("emulator", "misbehave", "RESET", "--port", port);
            assertThat(nobody.status()).isEqualTo(7);
            assertThat(nobody.err()).contains("No emulator answers at http://127.0.0.1:" + port);
        }
        assertThat(new Program().run("emulator", "misbehave").lines()).contains("RESET", "SEARCH_503");
    }

    @Test
    void anEmulatorWithAStateAnswersForTheTimeBeforeItsRestart(@TempDir Path directory) throws Exception {
        String state = Files.createDirectory(directory.resolve("x")).toString();
        Instant begun = Instant.now();
        String id = "";
        for (boolean again : new boolean[] {false, true}) {
            try (ChildProgram emulator = ChildProgram.start(Map.of(), "emulator", "--rate", "0", "--state", state)) {
                String said = emulator.awaitOut(out -> out.contains("rules list --base-url "));
                URI url = URI.create(said.replaceFirst("(?s).*--base-url (\\S+).*", "$1"));
                if (!again)
                    id = control(url, "POST", "posts", "{\"text\":\"a cat\"}").replaceFirst("\\D*(\\d+).*", "$1");
                String span = "delivered?from=" + begun.minusSeconds(1) + "&until=" + begun.plusSeconds(120);
                assertThat(control(url, "GET", span, "")).contains(id);
                emulator.kill();
            }
        }
        assertThat(directory.resolve("x/emulator.ndjson")).content().contains(id);
    }

    private static String control(URI emulator, String method, String what, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(emulator.resolve("/emulator/" + what))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** As a person runs it: the posts in a file, the events on a terminal. */
    @Test
    void onATerminalABarShowsTheRecovery(@TempDir Path directory) throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/script")) && Files.exists(Path.of("/proc/self")), "no script(1)");
        try (XEmulator x =
                XEmulator.builder().rate(50).topics("cat").rule("cats", "cat").start()) {
            x.inject(Fault.of(Misbehaviour.RESET).afterPosts(10));
            String command = String.join(
                    " ",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp",
                    System.getProperty("java.class.path"),
                    Gapless.class.getName(),
                    "consume --base-url " + x.baseUri() + " --access enterprise --for 8s --state",
                    directory.resolve("state") + " --out " + directory.resolve("posts"));
            ProcessBuilder builder =
                    new ProcessBuilder("script", "-qec", command, "/dev/null").redirectErrorStream(true);
            builder.environment().put("X_BEARER_TOKEN", x.bearerToken());
            builder.environment().keySet().removeIf(name -> name.matches("(?i).*_proxy|JAVA_TOOL_OPTIONS"));
            Process terminal = builder.start();
            terminal.getOutputStream().close();
            String shown = new String(terminal.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(terminal.waitFor()).as(shown).isZero();
            assertThat(shown).contains("Gap 1  [").contains("\u001b[1A\r\u001b[K");
            assertThat(Files.readString(directory.resolve("posts"))).doesNotContain("Gap 1");
        }
    }
}
