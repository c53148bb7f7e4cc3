package io.gapless.connect;

import io.gapless.recovery.ledger.StateException;
import io.gapless.stream.post.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a stream of X into a Kafka topic. Outages are recovered, and the posts that Kafka has are known exactly, because
 * the state of the stream lies in the offsets of the connector. The name of the connector is the name of the stream.
 */
public final class GaplessSourceConnector extends SourceConnector {
    private static final Logger LOG = LoggerFactory.getLogger(GaplessSourceConnector.class);

    /** The most partitions into which X divides a stream. */
    private static final int PARTITIONS_MAX = Endpoint.names().stream()
            .mapToInt(name -> Endpoint.named(name).partitions())
            .max()
            .orElseThrow();

    private Map<String, String> properties = Map.of();

    /** Creates a connector that is not started. */
    public GaplessSourceConnector() {}

    @Override
    public String version() {
        return Version.text();
    }

    @Override
    public ConfigDef config() {
        return SettingNames.definition();
    }

    @Override
    public Class<? extends Task> taskClass() {
        return GaplessSourceTask.class;
    }

    @Override
    public Config validate(Map<String, String> settings) {
        Config config = super.validate(settings);
        if (config.configValues().stream()
                .anyMatch(value -> !value.errorMessages().isEmpty())) return config;
        Map<String, List<String>> findings = SettingChecks.of(new ConnectorSettings(settings));
        List<ConfigValue> values = new ArrayList<>(config.configValues());
        findings.forEach((name, sentences) -> {
            ConfigValue found = values.stream()
                    .filter(value -> value.name().equals(name))
                    .findFirst()
                    .orElseGet(() -> added(name, values));
            sentences.forEach(found::addErrorMessage);
        });
        return new Config(values);
    }

    /** Adds a setting of Kafka Connect's own. Its value stays out: Kafka Connect expects the type that it has there. */
    private static ConfigValue added(String name, List<ConfigValue> values) {
        ConfigValue value = new ConfigValue(name);
        values.add(value);
        return value;
    }

    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> settings) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    @Override
    public void start(Map<String, String> settings) {
        ConnectorSettings read = new ConnectorSettings(settings);
        try {
            requireSame(read.endpoint());
        } catch (StateException e) {
            throw new ConnectException(String.valueOf(e.getMessage()), e);
        }
        properties = new LinkedHashMap<>(settings);
    }

    /** Throws if there are offsets of another stream of X, in whichever partition. */
    private void requireSame(Endpoint endpoint) {
        List<Map<String, String>> keys = IntStream.rangeClosed(0, PARTITIONS_MAX)
                .mapToObj(number -> new OffsetKeys(number).state())
                .toList();
        Map<Map<String, String>, Map<String, Object>> all =
                context().offsetStorageReader().offsets(keys);
        for (int number = 0; number <= PARTITIONS_MAX; number++) {
            Map<String, Object> stored = all.get(keys.get(number));
            if (stored == null) continue;
            Optional<String> found = OffsetState.stream(number, stored);
            String wanted = isPartOf(endpoint, number)
                    ? StreamPart.of("", endpoint, number).endpoint().id()
                    : endpoint.id();
            if (found.isEmpty() || found.get().equals(wanted)) continue;
            throw new ConnectException("The offsets of this connector are of X's stream " + found.get()
                    + ", but the stream to read is " + wanted
                    + ". What they know says nothing about another stream. Use a"
                    + " connector with another name for it, or "
                    + OffsetKeys.BEGIN_AGAIN + ".");
        }
    }

    private static boolean isPartOf(Endpoint endpoint, int number) {
        return number >= 1 && number <= endpoint.partitions();
    }

    @Override
    public List<Map<String, String>> taskConfigs(int tasksMax) {
        ConnectorSettings read = new ConnectorSettings(properties);
        List<List<Integer>> dealt = new Shares(read.partitions()).deal(tasksMax);
        if (dealt.size() < tasksMax)
            LOG.info(
                    "tasks.max is {}, but {} is enough: a task reads at least one partition of X's stream.",
                    tasksMax,
                    dealt.size());
        List<Map<String, String>> tasks = new ArrayList<>();
        for (List<Integer> partitions : dealt) {
            Map<String, String> task = new LinkedHashMap<>(properties);
            task.put(
                    ConnectorSettings.TASK_PARTITIONS,
                    partitions.stream().map(String::valueOf).collect(Collectors.joining(",")));
            tasks.add(task);
        }
        return tasks;
    }

    @Override
    public void stop() {
        // The tasks hold everything.
    }

    /**
     * Allows to delete offsets, and nothing else: what they hold belongs together. Allows not even that if the connector has an
     * offsets topic of its own. Kafka Connect 4.3.1 then writes the deletions to the workers' topic first, and to the
     * connector's when its transaction is over already, so the request hangs, and deletes nothing.
     *
     * @param settings the settings of the connector
     * @param offsets the new values by key; null deletes
     * @return true, since the connector keeps nothing elsewhere
     */
    @Override
    public boolean alterOffsets(Map<String, String> settings, Map<Map<String, ?>, Map<String, ?>> offsets) {
        for (Map.Entry<Map<String, ?>, ? extends @Nullable Map<String, ?>> offset : offsets.entrySet()) {
            if (!OffsetKeys.isOurs(offset.getKey()))
                throw new ConnectException("The offset " + offset.getKey()
                        + " is not one of this connector's. GET /connectors/NAME/offsets lists them.");
            if (offset.getValue() != null)
                throw new ConnectException(
                        "The offsets of this connector can be deleted, but not written: the frontier,"
                                + " the gaps and the ids belong together. Instead, "
                                + OffsetKeys.BEGIN_AGAIN
                                + ". Set recovery.since to get posts of the past.");
        }
        String ownTopic = settings.get(ConnectorSettings.OFFSETS_TOPIC);
        if (ownTopic != null && !offsets.isEmpty())
            throw new ConnectException("The offsets of this connector lie in a topic of its own, " + ownTopic
                    + ", and Kafka Connect cannot delete them there. To begin again, stop the connector, set"
                    + " offsets.storage.topic to a new name, and resume the connector.");
        return true;
    }
}
