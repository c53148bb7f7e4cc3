package io.gapless.recovery.outbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real MariaDB in a directory of its own, on the loopback address; {@code .ci/install-mariadb} installs what it needs. */
final class MariaDbServer implements AutoCloseable {
    private static final int START_SECONDS = 60;
    private static final int TRY_MILLIS = 200;

    private final Process process;
    private final int port;

    private MariaDbServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static boolean isInstalled() {
        return find("mariadbd").isPresent() && find("mariadb-install-db").isPresent();
    }

    private static Optional<Path> find(String program) {
        return Stream.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/usr/libexec")
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static MariaDbServer start(Path directory) throws IOException, InterruptedException {
        Path data = directory.resolve("data");
        // Its own log; what it prints while it installs would hide the tests'.
        Path log = directory.resolve("log");
        String user = "--user=" + System.getProperty("user.name");
        Process install = run(
                log,
                find("mariadb-install-db").orElseThrow(),
                "--no-defaults",
                user,
                "--datadir=" + data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db");
        if (install.waitFor() != 0) throw new IOException(Files.readString(log));
        int port = freePort();
        Process server = run(
                log,
                find("mariadbd").orElseThrow(),
                "--no-defaults",
                user,
                "--datadir=" + data,
                "--socket=" + directory.resolve("socket"),
                "--pid-file=" + directory.resolve("pid"),
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--default-time-zone=+05:00");
        MariaDbServer started = new MariaDbServer(server, port);
        started.awaitUp(log);
        return started;
    }

    private static Process run(Path log, Path program, String... arguments) throws IOException {
        return new ProcessBuilder(Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** It has ended or it answers; the wait between two tries is the process's own. */
    private void awaitUp(Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < deadline) {
            try (Connection connection = connect()) {
                if (connection.isValid(1)) return;
            } catch (SQLException e) {
                if (process.waitFor(TRY_MILLIS, TimeUnit.MILLISECONDS)) break;
            }
        }
        close();
        throw new IOException("MariaDB did not start: " + Files.readString(log));
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url() + "?user=root");
    }

    String url() {
        return "jdbc:mariadb://127.0.0.1:" + port + "/mysql";
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
    }
}
