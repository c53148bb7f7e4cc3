package io.gapless.kafka;

import io.gapless.hosts.Cable;
import io.gapless.hosts.ChildProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Runs one Kafka broker, with its controller, as a process. Each worker reaches it by a cable of its own, which can be cut.
 * Owns the process, its files and the cables. Used by one thread.
 */
public final class Broker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int POLL_MILLIS = 50;
    private static final String OWN = "OWN";

    private final Path directory;
    private final int port = Ports.free();
    private final int controllerPort = Ports.free();
    private final List<Cable> cables = new ArrayList<>();
    private final List<Integer> cablePorts = new ArrayList<>();
    private final Map<String, String> more;
    private @Nullable ChildProcess process;
    private int lives;

    /**
     * Formats the storage. Starts nothing.
     *
     * @param directory for all files
     * @param cableCount how many workers get a cable of their own
     * @param more further settings of the broker
     */
    public Broker(Path directory, int cableCount, Map<String, String> more) throws IOException {
        this.directory = directory;
        this.more = more;
        for (int i = 0; i < cableCount; i++) {
            int farPort = Ports.free();
            cablePorts.add(farPort);
            cables.add(new Cable(farPort));
        }
        Path file = settingsFile();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int status = StorageTool.execute(
                new String[] {
                    "format", "--cluster-id", Uuid.randomUuid().toString(), "--config", file.toString(), "--standalone"
                },
                new PrintStream(said, true, StandardCharsets.UTF_8));
        if (status != 0) throw new IOException("Kafka's storage was not formatted: " + said);
    }

    private Path settingsFile() throws IOException {
        StringBuilder listeners = new StringBuilder(listener(OWN, port));
        StringBuilder advertised = new StringBuilder(listener(OWN, port));
        StringBuilder protocols = new StringBuilder(OWN + ":PLAINTEXT,CONTROLLER:PLAINTEXT");
        for (int i = 0; i < cables.size(); i++) {
            listeners.append(',').append(listener("CABLE" + i, cablePorts.get(i)));
            advertised.append(',').append(listener("CABLE" + i, cables.get(i).port()));
            protocols.append(",CABLE").append(i).append(":PLAINTEXT");
        }
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.bootstrap.servers", "127.0.0.1:" + controllerPort);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listeners", listeners + "," + listener("CONTROLLER", controllerPort));
        settings.put("advertised.listeners", advertised + "," + listener("CONTROLLER", controllerPort));
        settings.put("listener.security.protocol.map", protocols.toString());
        settings.put("inter.broker.listener.name", OWN);
        settings.put("log.dirs", directory.resolve("log").toString());
        settings.put("auto.create.topics.enable", "false");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.putAll(more);
        Path file = directory.resolve("broker.properties");
        KafkaPrograms.write(settings, file);
        return file;
    }

    private static String listener(String name, int listenerPort) {
        return name + "://127.0.0.1:" + listenerPort;
    }

    /** Starts the broker, also once more after it has ended. Returns when it answers. */
    public void start() throws IOException, InterruptedException {
        lives++;
        process = KafkaPrograms.run("kafka.Kafka", directory.resolve("broker.properties"))
                .with("-Xmx400m")
                .start(directory.resolve("broker." + lives + ".log"));
        awaitAnswer();
    }

    private void awaitAnswer() throws InterruptedException {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        try (Admin admin = admin()) {
            while (true) {
                try {
                    admin.describeCluster().nodes().get(5, TimeUnit.SECONDS);
                    return;
                } catch (ExecutionException | TimeoutException e) {
                    if (System.nanoTime() > untilNanos || !process().isAlive())
                        throw new IllegalStateException(
                                "Kafka does not answer. It printed: "
                                        + process().output(),
                                e);
                    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                }
            }
        }
    }

    /** Returns the process that runs now. */
    public ChildProcess process() {
        ChildProcess running = process;
        if (running == null) throw new IllegalStateException("The broker was never started.");
        return running;
    }

    /** Returns where clients other than the workers find the broker. */
    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** Returns the cable of a worker. */
    public Cable cable(int worker) {
        return cables.get(worker);
    }

    /** Opens a client for topics and groups. The caller closes it. */
    public Admin admin() {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", bootstrap());
        settings.put("request.timeout.ms", "10000");
        return Admin.create(settings);
    }

    @Override
    public void close() throws IOException {
        if (process != null) process.close();
        for (Cable cable : cables) cable.close();
    }
}
