package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.XEmulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code consume} on two hosts that share a state in a real PostgreSQL, and what other hosts see of it. */
@Timeout(180)
class SharedConsumeTest {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final String LONG_LEASE = "10m";

    @TempDir
    private Path directory;

    private final String stream = "cli" + ProcessHandle.current().pid() + "." + NAMES.incrementAndGet();

    @AutoClose
    private final XEmulator x = XEmulator.builder()
            .access(AccessLevel.ENTERPRISE)
            .topics("cat")
            .rule("cats", "cat")
            .rate(20)
            .withoutRateLimits()
            .start();

    private ChildProgram consume(String lease, Path out) throws IOException {
        Map<String, String> environment = new HashMap<>(credentials(SharedDatabase.PASSWORD));
        environment.put("X_BEARER_TOKEN", x.bearerToken());
        return ChildProgram.start(environment, arguments(lease, out));
    }

    private static Map<String, String> credentials(String password) {
        return Map.of("GAPLESS_STATE_USER", SharedDatabase.USER, "GAPLESS_STATE_PASSWORD", password);
    }

    private String[] arguments(String lease, Path out) {
        return new String[] {
            "consume",
            "--base-url",
            x.baseUri().toString(),
            "--state",
            SharedDatabase.url(),
            "--stream",
            stream,
            "--lease",
            lease,
            "--spill-directory",
            directory.resolve(out.getFileName() + ".spill").toString(),
            "--fields",
            "minimal",
            "--access",
            "enterprise",
            "--out",
            out.toString()
        };
    }

    private Program.Ended look(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--state", SharedDatabase.url(), "--stream", stream));
        return anyHost(SharedDatabase.PASSWORD).run(arguments.toArray(String[]::new));
    }

    private Program anyHost(String password) {
        Program program = Program.with(x);
        credentials(password).forEach(program::and);
        return program;
    }

    /** Waits until the stream has begun. On a busy machine a first connect takes its time, which is a gap of its own. */
    private JsonNode awaitHealthy() throws Exception {
        long deadline = System.nanoTime() + Said.PATIENCE.toNanos();
        Program.Ended status = look("status", "--json");
        while (status.status() == 4 && System.nanoTime() < deadline) status = look("status", "--json");
        JsonNode json = new ObjectMapper().readTree(status.out());
        assertThat(json.path("reasons")).allMatch(reason -> reason.asText().equals("1 gap is open"));
        assertThat(status.status()).isEqualTo(json.path("openGaps").size());
        return json;
    }

    @Test
    void aSecondHostStandsByAndTakesOverWhenTheFirstIsEnded() throws Exception {
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        try (ChildProgram first = consume(LONG_LEASE, one)) {
            first.awaitErr(err -> err.contains("is open and receiving"));
            Instant from = x.now();
            try (ChildProgram second = consume(LONG_LEASE, two)) {
                second.awaitErr(err -> err.contains("The stream " + stream + " stands by"));
                JsonNode held = awaitHealthy();
                assertThat(held.path("owner").asText()).startsWith("process " + first.pid() + " on ");
                assertThat(held.path("ownerPid").isNull()).isTrue();
                assertThat(first.awaitErr(err -> err.contains("in term ")))
                        .contains("in term " + held.path("term").asLong());
                assertThat(look("gaps").status()).isZero();
                assertThat(look("dead-letters", "list").out()).isEqualTo("No dead letters.\n");
                assertThatTheHolderAnswersFromAnyHost();
                first.terminate();
                assertThat(first.awaitEnd()).isZero();
                second.awaitErr(err -> err.contains("in term ") && err.contains("is open and receiving"));
                assertThat(awaitHolder(second).path("term").asLong())
                        .isGreaterThan(held.path("term").asLong());
                Instant until = x.now().minusSeconds(1);
                assertThatNothingIsMissing(from, until, one, two);
                second.terminate();
                assertThat(second.awaitEnd()).isZero();
                assertThat(second.err()).doesNotContain(SharedDatabase.PASSWORD);
            }
            assertThat(first.err()).doesNotContain(SharedDatabase.PASSWORD);
        }
        Program.Ended ended = look("status");
        assertThat(ended.status()).isEqualTo(4);
        assertThat(ended.out()).startsWith("STALE: no process owns the state");
        List<String> written = new ArrayList<>(Files.readAllLines(one));
        written.addAll(Files.readAllLines(two));
        assertThat(written).doesNotHaveDuplicates();
        Program.Ended asked = look("recover", "--gap", "1");
        assertThat(asked.status()).isEqualTo(7);
        assertThat(asked.err())
                .contains("No stream is running on " + stream + " in " + SharedDatabase.url())
                .contains("gapless consume --state " + SharedDatabase.url() + " --stream " + stream);
    }

    private JsonNode awaitHolder(ChildProgram holder) throws Exception {
        long deadline = System.nanoTime() + Said.PATIENCE.toNanos();
        while (true) {
            JsonNode status =
                    new ObjectMapper().readTree(look("status", "--json").out());
            if (status.path("owner").asText().startsWith("process " + holder.pid() + " on ")) return status;
            assertThat(System.nanoTime()).as(status.toString()).isLessThan(deadline);
        }
    }

    private void assertThatTheHolderAnswersFromAnyHost() {
        Instant from = x.now().minusSeconds(3_600);
        Program.Ended quote = look(
                "recover",
                "--from",
                from.toString(),
                "--until",
                from.plusSeconds(600).toString(),
                "--dry-run");
        assertThat(quote.status()).as(quote.err()).isZero();
        assertThat(quote.out()).startsWith("recovery job of ");
    }

    private void assertThatNothingIsMissing(Instant from, Instant until, Path... files) throws Exception {
        List<String> expected = x.shouldHaveDelivered(from, until).stream()
                .map(ExpectedPost::line)
                .collect(Collectors.toCollection(ArrayList::new));
        assertThat(expected).isNotEmpty();
        long deadline = System.nanoTime() + Said.PATIENCE.toNanos();
        while (!expected.isEmpty()) {
            for (Path file : files) expected.removeAll(Files.readAllLines(file));
            assertThat(System.nanoTime()).as("missing: " + expected).isLessThan(deadline);
        }
    }

    @Test
    void aHostThatWasPausedAndTakenOverWritesNothingMoreAndEndsWithStatus9() throws Exception {
        assumeTrue(OS.LINUX.isCurrentOs() || OS.MAC.isCurrentOs(), "SKIPPED: kill -STOP is of POSIX");
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        try (ChildProgram first = consume("2s", one)) {
            first.awaitErr(err -> err.contains("is open and receiving"));
            Instant from = x.now();
            try (ChildProgram second = consume("2s", two)) {
                second.awaitErr(err -> err.contains("stands by"));
                signal("-STOP", first);
                second.awaitErr(err -> err.contains("is open and receiving"));
                long writtenBefore = Files.size(one);
                signal("-CONT", first);
                assertThat(first.awaitEnd()).isEqualTo(9);
                assertThat(Files.size(one)).isEqualTo(writtenBefore);
                assertThatNothingIsMissing(from, x.now().minusSeconds(1), one, two);
                second.terminate();
                assertThat(second.awaitEnd()).isZero();
            }
        }
    }

    private static void signal(String signal, ChildProgram program) throws Exception {
        Process kill = new ProcessBuilder("kill", signal, String.valueOf(program.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    @Test
    void aWrongPasswordEndsConsumeAndStatusWithStatus8AndOneSentence() {
        Program.Ended consumed = anyHost("wrong").run(arguments("5s", directory.resolve("posts")));
        assertThat(consumed.status()).isEqualTo(8);
        assertThat(consumed.err())
                .contains("The database refuses the user or the password: ")
                .doesNotContain("\tat ");
        Program.Ended status = anyHost("wrong").run("status", "--state", SharedDatabase.url(), "--stream", stream);
        assertThat(status.status()).isEqualTo(8);
        assertThat(status.err()).startsWith("gapless: The database refuses the user or the password: ");
        assertThat(x.requests()).isEmpty();
    }

    @Test
    void thePasswordMayBeInAFile() throws Exception {
        Path file = Files.writeString(directory.resolve("password"), SharedDatabase.PASSWORD + "\n");
        Program.Ended status = new Program()
                .run(
                        "status",
                        "--state",
                        SharedDatabase.url() + "?user=" + SharedDatabase.USER + "&sslmode=disable",
                        "--stream",
                        stream,
                        "--state-password-file",
                        file.toString());
        // The database lets the user in; whether any test has begun a stream there yet is chance.
        assertThat(status.err()).doesNotContain("refuses");
        assertThat(status.status()).isIn(2, 4);
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsToBeAskedAgainLater() {
        Program.Ended status =
                new Program().run("status", "--state", "jdbc:postgresql://127.0.0.1:1/app", "--stream", stream);
        assertThat(status.status()).isEqualTo(7);
        assertThat(status.err()).startsWith("gapless: The database cannot be used now: ");
    }

    @Test
    void aPasswordInTheUrlIsRefusedAndNotRepeated() {
        for (String url : List.of(
                "jdbc:postgresql://keeper:hunter22@127.0.0.1/app",
                "jdbc:postgresql://127.0.0.1/app?user=keeper&password=hunter22",
                "postgres://keeper:hunter22@127.0.0.1/app")) {
            for (String command : List.of("consume", "status", "gaps", "recover")) {
                Program.Ended ended = Program.with(x).run(command, "--state", url, "--stream", stream);
                assertThat(ended.status()).isEqualTo(2);
                assertThat(ended.err())
                        .contains("the URL contains a password ")
                        .contains("GAPLESS_STATE_PASSWORD")
                        .doesNotContain("hunter22");
            }
        }
    }

    @Test
    void withoutTheNameOfTheStreamTheMessageAsksForIt() {
        Program.Ended ended = Program.with(x).run("consume", "--state", SharedDatabase.url());
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("--stream NAME");
        assertThat(Program.with(x)
                        .run("consume", "--state", directory.toString(), "--stream", stream)
                        .err())
                .contains("--stream and --state-password-file need --state jdbc:postgresql://");
    }
}
