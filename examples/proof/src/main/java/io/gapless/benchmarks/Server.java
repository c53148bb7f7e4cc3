package io.gapless.benchmarks;

import io.gapless.hosts.ChildProcess;
import io.gapless.receiver.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Runs a {@link Firehose} in a process of its own, and runs each client of the firehose in a process of its own. */
final class Server implements AutoCloseable {
    private static final String HEAP = "-Xmx512m";
    private static final String PASSWORD = "benchmarks";
    private static final Pattern PORT = Pattern.compile("port=(\\d+)\\.");
    private static final String NEW_KEYS =
            "-genkeypair -keyalg EC -dname CN=localhost -ext san=dns:localhost -storetype PKCS12 -storepass "
                    + PASSWORD;

    private final Scratch scratch = Scratch.make();
    private final List<String> options = new ArrayList<>(List.of(HEAP));
    private final ChildProcess process;
    private int clients;
    private final String x;

    /** Starts a server that sends posts as fast as the client reads. */
    static Server atFullSpeed(int lineBytes, boolean tls) throws IOException, InterruptedException {
        return new Server(lineBytes, 0, 0, tls);
    }

    /**
     * Starts a server.
     *
     * @param lineBytes the approximate length of the lines that the server sends
     * @param rate the posts per second; 0 to send as fast as the client reads
     * @param burst the number of posts that are sent at full speed before that rate begins
     * @param tls whether to use TLS, with a certificate that is created for this server
     */
    Server(int lineBytes, long rate, long burst, boolean tls) throws IOException, InterruptedException {
        if (tls) options.addAll(trust(keyStore()));
        process = ChildProcess.of(Firehose.class, lineBytes, rate, burst, tls)
                .with(options.toArray(String[]::new))
                .start(scratch.path().resolve("server.out"));
        x = (tls ? "https" : "http") + "://localhost:"
                + process.awaitOutput(PORT).group(1);
    }

    private Path keyStore() throws IOException, InterruptedException {
        Path store = scratch.path().resolve("keys.p12");
        Path program = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(NEW_KEYS.split(" ")));
        command.addAll(List.of("-keystore", store.toString()));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (keytool.waitFor() != 0) throw new IOException("keytool made no certificate");
        return store;
    }

    /**
     * Returns the JVM options for TLS. Server and client use the same key store: the client trusts the certificate that
     * the key store contains.
     */
    private static List<String> trust(Path store) {
        return List.of(
                "-Djavax.net.ssl.keyStore=" + store,
                "-Djavax.net.ssl.keyStorePassword=" + PASSWORD,
                "-Djavax.net.ssl.trustStore=" + store,
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }

    /**
     * Runs a client to its end, and returns the numbers that it prints. The client's arguments are X's address, an
     * empty directory of its own, and the given words.
     */
    Map<String, Double> run(Class<?> client, Object... words) throws IOException, InterruptedException {
        return run(List.of(), client, words);
    }

    /** Runs a client as {@link #run(Class, Object...)} does, with further options of the client's JVM. */
    Map<String, Double> run(List<String> more, Class<?> client, Object... words)
            throws IOException, InterruptedException {
        List<Object> all = new ArrayList<>(List.of(x, scratch.directory("client-" + ++clients)));
        all.addAll(List.of(words));
        return ChildProcess.of(client, all.toArray())
                .with(options.toArray(String[]::new))
                .with(more.toArray(String[]::new))
                .numbers();
    }

    @Override
    public void close() throws IOException {
        process.close();
        scratch.close();
    }
}
