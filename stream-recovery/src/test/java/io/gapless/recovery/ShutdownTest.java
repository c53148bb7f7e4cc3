package io.gapless.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.XEmulator;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.seam.Seams;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A program that is asked to end: by SIGTERM, and by the end of its own {@code main}. */
@Timeout(120)
class ShutdownTest {
    private static final int POSTS = 5;
    private static final String CLOSED = "the resource is closed";
    private static final int SIGTERM_STATUS = 128 + 15;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    /** A user's program whose handler takes a while for each post. */
    static final class Program {
        private static final long WORK_NANOS = Duration.ofMillis(200).toNanos();

        private static volatile GaplessStream running;

        private Program() {}

        private static void awaitAllReceived() {
            while (running.health().received() < POSTS) Thread.onSpinWait();
        }

        public static void main(String[] arguments) throws Exception {
            LogManager.getLogManager().reset();
            boolean endsByItself = arguments.length > 3;
            try (AutoCloseable resource = () -> System.out.println(CLOSED);
                    GaplessStream stream = GaplessStream.builder()
                            .baseUrl(URI.create(arguments[0]))
                            .bearerToken(arguments[1])
                            .stateDirectory(Path.of(arguments[2]))
                            .handler(post -> {
                                awaitAllReceived();
                                System.out.println("begun");
                                work();
                                System.out.println("handled " + post.id());
                            })
                            .closeOnShutdown()
                            .build()) {
                running = stream;
                stream.start();
                if (endsByItself) System.exit(3);
                stream.awaitClose();
            }
        }

        private static void work() {
            long untilNanos = System.nanoTime() + WORK_NANOS;
            while (System.nanoTime() < untilNanos) LockSupport.parkNanos(untilNanos - System.nanoTime());
        }
    }

    private Process start(XEmulator x, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                x.baseUri().toString(),
                x.bearerToken(),
                directory.resolve("state").toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no SIGTERM")
    void onSigtermWhatWasReceivedIsHandledAndRememberedBeforeAnythingElseIsClosed() throws Exception {
        try (XEmulator x = XEmulator.builder().rule("cats", "cat").start()) {
            Process program = start(x);
            try (BufferedReader out = program.inputReader(UTF_8)) {
                assertThat(x.awaitConnectionsOpen(1, PATIENCE)).isTrue();
                List<Long> posts = new ArrayList<>();
                for (int i = 0; i < POSTS; i++) posts.add(x.publish("cat number " + i));
                assertThat(out.readLine()).isEqualTo("begun");
                program.toHandle().destroy();
                List<String> lines = out.lines().toList();

                assertThat(program.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                        .isTrue();
                assertThat(program.exitValue()).isEqualTo(SIGTERM_STATUS);
                assertThat(lines.stream().filter(line -> line.startsWith("handled")))
                        .containsExactlyElementsOf(
                                posts.stream().map(id -> "handled " + id).toList());
                // The JVM may be gone before it is, but it is never closed before the last post is handled.
                if (lines.contains(CLOSED)) assertThat(lines).endsWith(CLOSED);
                assertThat(x.awaitConnectionsOpen(0, PATIENCE)).isTrue();
                assertRemembered(posts);
            } finally {
                program.destroyForcibly();
            }
        }
    }

    private void assertRemembered(List<Long> posts) {
        List<Long> remembered = new ArrayList<>();
        try (StateStore store = StateDirectory.open(
                directory.resolve("state"),
                Duration.ofSeconds(5),
                Seams.system().time())) {
            store.ids(new Span(Instant.EPOCH, Instant.now().plus(Duration.ofDays(365))), remembered::add);
        }
        assertThat(remembered).containsExactlyInAnyOrderElementsOf(posts);
    }

    @Test
    void aProgramThatExitsIsNotHeldUp() throws Exception {
        try (XEmulator x = XEmulator.builder().rule("cats", "cat").start()) {
            Process program = start(x, "exit");
            try (BufferedReader out = program.inputReader(UTF_8)) {
                assertThat(program.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                        .isTrue();
                assertThat(program.exitValue()).isEqualTo(3);
                assertThat(out.lines()).isEmpty();
            } finally {
                program.destroyForcibly();
            }
        }
    }
}
