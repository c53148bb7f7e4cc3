package io.gapless.recovery.state;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A real PgBouncer on a free port of loopback, in front of {@link SharedDatabase}. */
final class PgBouncer implements AutoCloseable {
    static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");
    private static final long PATIENCE_SECONDS = 20;

    private final Process process;
    private final int port;

    PgBouncer(Path directory, String poolMode) throws IOException, InterruptedException {
        port = freePort();
        Path settings = directory.resolve("pgbouncer.ini");
        Files.writeString(settings, """
                [databases]
                postgres = host=127.0.0.1 port=%d user=postgres
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = %s
                ignore_startup_parameters = extra_float_digits
                """.formatted(SharedDatabase.server().getPort(), port, poolMode));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
        // It refuses to run as root.
        if (System.getProperty("user.name").equals("root")) command.addAll(List.of("-u", "nobody"));
        command.add(settings.toString());
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("pgbouncer.log").toFile())
                .start();
        awaitPort(directory.resolve("pgbouncer.log"));
    }

    DataSource source() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres");
        return source;
    }

    private void awaitPort(Path log) throws IOException, InterruptedException {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) return;
            } catch (IOException notYet) {
                if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() - untilNanos > 0)
                    throw new IOException("PgBouncer does not run: " + Files.readString(log), notYet);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
