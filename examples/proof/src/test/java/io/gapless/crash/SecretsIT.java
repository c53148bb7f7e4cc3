package io.gapless.crash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.hosts.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What others on the machine can see of the packaged program: its log at every level, its files, its arguments. */
class SecretsIT {
    private static final Path JAR = Path.of(System.getProperty("gapless.jar", "../tools/cli/target/gapless.jar"));

    @TempDir
    private Path directory;

    @AutoClose
    private EmulatorProgram x;

    @BeforeEach
    void start() throws Exception {
        assertThat(JAR)
                .as("the packaged program; 'mvn package' in the main directory makes it")
                .exists();
        x = EmulatorProgram.start(JAR, directory, 80, Duration.ofMillis(500));
    }

    /** With every log of the program, the library and the JDK's own at its finest level. */
    private ChildProcess consume(String token) throws IOException {
        List<Object> words = new ArrayList<>(List.of("consume", "--verbose", "--access", "enterprise"));
        words.addAll(List.of("--overlap", "30s", "--base-url", "http://127.0.0.1:" + x.port()));
        words.addAll(List.of("--state", state(), "--out", directory.resolve("posts")));
        return ChildProcess.ofJar(JAR, words.toArray())
                .with("-Dorg.slf4j.simpleLogger.defaultLogLevel=trace")
                .with("-Dorg.slf4j.simpleLogger.log.io.gapless.stream=trace")
                .variable("X_BEARER_TOKEN", token)
                .shortLived()
                .temporary(directory)
                .start(directory.resolve("consume.out"));
    }

    private Path state() {
        return directory.resolve("state");
    }

    /** Both forms: as X shows it, and with its escapes decoded. */
    private static void assertHoldsNoToken(String where, String text, String token) {
        assertThat(text.contains(token)
                        || text.contains(token.replace("%2F", "/").replace("%3D", "=")))
                .as(where)
                .isFalse();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no SIGTERM to end the program in good order")
    void theTokenIsInNoLogNoFileAndNoArgument() throws Exception {
        try (ChildProcess program = consume(x.token())) {
            program.awaitOutput(Pattern.compile("Connection 1 is open"));
            x.misbehave("RESET");
            program.awaitOutput(
                    Pattern.compile("(?s)Connection 1 is open.*Connection 1 is open.*Gap \\d+ will be recovered"));
            if (Files.exists(Path.of("/proc"))) {
                String arguments = Files.readString(Path.of("/proc/" + program.pid() + "/cmdline"));
                assertThat(arguments).contains("consume");
                assertHoldsNoToken("the process's arguments", arguments, x.token());
            }
            assertNoFileHoldsTheToken(x.token());
            assertThat(program.terminate()).isZero();
        }
        assertNoFileHoldsTheToken(x.token());
    }

    /** Also the write-ahead log, the shared memory and the lock: all that lies in the directory. */
    private void assertNoFileHoldsTheToken(String token) throws IOException {
        List<String> looked = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.endsWith("emulator.out") || file.toString().contains("libsqlitejdbc")) continue;
                assertHoldsNoToken(file.toString(), Files.readString(file, ISO_8859_1), token);
                looked.add(file.getFileName().toString());
            }
        }
        assertThat(looked).contains("gapless.db", "gapless.lock", "consume.out", "posts");
    }

    @Test
    void aRefusedTokenIsToldWithoutBeingShown() throws Exception {
        String wrong = "AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid%2BULvsea4JtiGRiSDSJSI%3DEUifiRBkKG5E2XzMDj";
        try (ChildProcess program = consume(wrong)) {
            assertThat(program.awaitEnd()).isEqualTo(3);
            assertThat(program.output()).contains("401");
            assertHoldsNoToken("its output", program.output(), wrong);
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no POSIX permissions")
    void nobodyElseMayReadTheStateDirectoryOrAnyFileInIt() throws Exception {
        try (ChildProcess program = consume(x.token())) {
            program.awaitOutput(Pattern.compile("Connection 1 is open"));
            assertThat(permissions(state())).isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(state())) {
                assertThat(files)
                        .extracting(Path::getFileName)
                        .extracting(Path::toString)
                        .contains("gapless.db", "gapless.db-wal", "gapless.db-shm", "gapless.lock");
            }
            try (Stream<Path> files = Files.list(state())) {
                assertThat(files).allSatisfy(file -> assertThat(permissions(file))
                        .as(file.toString())
                        .isEqualTo("rw-------"));
            }
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void theEmulatorAnswersOnTheLoopbackAddressOnly() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), x.port())) {
            assertThat(socket.isConnected()).isTrue();
        }
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress address : Collections.list(network.getInetAddresses())) {
                if (!address.isLoopbackAddress()) assertNobodyListens(address);
            }
        }
    }

    private void assertNobodyListens(InetAddress address) {
        boolean answered;
        try (Socket socket = new Socket(address, x.port())) {
            answered = socket.isConnected();
        } catch (IOException e) {
            answered = false;
        }
        assertThat(answered).as("somebody listens on " + address).isFalse();
    }
}
