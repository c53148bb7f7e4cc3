package io.gapless.kafka;

import io.gapless.hosts.Cable;
import io.gapless.hosts.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs a worker of Kafka Connect, in distributed mode, as a process. Each life writes its output to a file of its own. Owns
 * the process. Used by one thread.
 */
public final class Worker implements AutoCloseable {
    private static final Pattern LEADER = Pattern.compile("leaderUrl='http://127\\.0\\.0\\.1:(\\d+)/'");

    public final String name;
    private final Path directory;
    private final Cable cable;
    private final int port = Ports.free();
    private @Nullable ChildProcess process;
    private int lives;

    /**
     * Writes the settings of the worker. Starts nothing.
     *
     * @param name for people
     * @param directory for its files
     * @param cable leads to the broker
     * @param plugins the plugin path
     * @param more further settings, which replace the usual ones
     */
    public Worker(String name, Path directory, Cable cable, Path plugins, Map<String, String> more) throws IOException {
        this.name = name;
        this.directory = directory;
        this.cable = cable;
        configure(plugins, more);
    }

    /** Writes the settings for the next life. */
    public void configure(Path plugins, Map<String, String> more) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("bootstrap.servers", "127.0.0.1:" + cable.port());
        settings.put("group.id", "connect");
        settings.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        settings.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        settings.put("config.storage.topic", "connect-configs");
        settings.put("offset.storage.topic", "connect-offsets");
        settings.put("status.storage.topic", "connect-status");
        settings.put("config.storage.replication.factor", "1");
        settings.put("offset.storage.replication.factor", "1");
        settings.put("status.storage.replication.factor", "1");
        settings.put("offset.storage.partitions", "1");
        settings.put("offset.storage.segment.bytes", "1048576");
        settings.put("offset.storage.delete.retention.ms", "3600000");
        settings.put("status.storage.partitions", "1");
        settings.put("exactly.once.source.support", "enabled");
        settings.put("plugin.path", plugins.toString());
        settings.put("plugin.discovery", "service_load");
        settings.put("listeners", "http://127.0.0.1:" + port);
        settings.put("rest.advertised.host.name", "127.0.0.1");
        settings.put("rest.advertised.port", Integer.toString(port));
        settings.put("session.timeout.ms", "6000");
        settings.put("heartbeat.interval.ms", "300");
        settings.put("fetch.max.wait.ms", "100");
        settings.put("consumer.fetch.max.wait.ms", "100");
        settings.put("scheduled.rebalance.max.delay.ms", "0");
        settings.put("config.providers", "file");
        settings.put("config.providers.file.class", "org.apache.kafka.common.config.provider.FileConfigProvider");
        settings.putAll(more);
        KafkaPrograms.write(settings, settingsFile());
    }

    private Path settingsFile() {
        return directory.resolve(name + ".properties");
    }

    /** Starts the worker, also once more after it has ended. Returns at once. */
    public void start() throws IOException {
        lives++;
        process = KafkaPrograms.run("org.apache.kafka.connect.cli.ConnectDistributed", settingsFile())
                .with("-Xmx384m")
                .temporary(directory)
                .start(log());
    }

    /** Returns the file with the output of this life. */
    public Path log() {
        return directory.resolve(name + "." + lives + ".log");
    }

    public ChildProcess process() {
        ChildProcess running = process;
        if (running == null) throw new IllegalStateException(name + " was never started.");
        return running;
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    public boolean hasLived() {
        return lives > 0;
    }

    /** Returns the client of its REST interface. */
    public ConnectRest rest() {
        return new ConnectRest(port);
    }

    /** Returns the cable to the broker. */
    public Cable cable() {
        return cable;
    }

    /** Returns whether a task's worker id, as the status of a connector has it, is this worker. */
    public boolean is(String workerId) {
        return workerId.equals("127.0.0.1:" + port);
    }

    /** Returns whether this is the worker that the last assignment in the log of {@code other} names as leader. */
    public boolean isLeaderFor(Worker other) {
        return leaderPort(other.process().output())
                .filter(leader -> leader == port)
                .isPresent();
    }

    private static Optional<Integer> leaderPort(String log) {
        Matcher matcher = LEADER.matcher(log);
        Integer last = null;
        while (matcher.find()) last = Integer.valueOf(matcher.group(1));
        return Optional.ofNullable(last);
    }

    @Override
    public void close() {
        if (process != null) process.close();
    }
}
