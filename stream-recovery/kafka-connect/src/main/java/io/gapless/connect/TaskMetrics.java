package io.gapless.connect;

import io.gapless.stream.Health;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds metrics to those of the worker, under {@code kafka.connect:type=plugins}. Workers before Kafka 4.1 have no metrics of
 * plugins; there, the task runs without.
 */
final class TaskMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(TaskMetrics.class);

    private TaskMetrics() {}

    static void register(SourceTaskContext context, List<TaskStream> streams, LongSupplier dropped) {
        try {
            PluginMetrics metrics = context.pluginMetrics();
            if (metrics == null) return;
            for (TaskStream stream : List.copyOf(streams)) register(metrics, stream);
            add(metrics, "posts-dropped", "Posts that a transform or a converter dropped.", "all", dropped);
        } catch (LinkageError e) {
            LOG.info("This worker is older than Kafka 4.1 and has no metrics of plugins. Gapless adds none.");
        }
    }

    private static void register(PluginMetrics metrics, TaskStream stream) {
        add(metrics, stream, "connected", "Connections to X that are up.", Health::connectionsLive);
        add(
                metrics,
                stream,
                "signal-age-ms",
                "How long ago X last sent anything; -1 if it never did.",
                health -> millis(health.sinceLastSignal().orElse(null)));
        add(
                metrics,
                stream,
                "post-age-ms",
                "How long ago the last post arrived; -1 if there was none.",
                health -> millis(health.sinceLastPost().orElse(null)));
        add(metrics, stream, "gaps-open", "Gaps without a verdict.", Health::openGaps);
        add(metrics, stream, "spans-lost", "Lost spans since the start of the task.", Health::lostSpans);
        add(metrics, stream, "spans-doubtful", "Doubtful spans since the start of the task.", Health::doubtfulSpans);
        add(metrics, stream, "posts-handled", "Posts that Kafka has, since the start of the task.", Health::handled);
        add(metrics, stream, "posts-recovered", "Posts that were recovered.", Health::recovered);
        add(metrics, stream, "posts-waiting", "Posts that wait for Kafka.", Health::inboxPosts);
        add(metrics, stream, "connects-left", "Connects that are left in these 15 minutes.", Health::connectsLeft);
        add(
                metrics,
                "ids-bytes",
                "How long the ids in the offsets are.",
                Integer.toString(stream.of().part().number()),
                stream.of().state()::idChars);
    }

    private static long millis(@Nullable Duration age) {
        return age == null ? -1 : age.toMillis();
    }

    private static void add(
            PluginMetrics metrics, TaskStream stream, String name, String text, ToLongFunction<Health> value) {
        add(
                metrics,
                name,
                text,
                Integer.toString(stream.of().part().number()),
                () -> value.applyAsLong(stream.health()));
    }

    private static void add(PluginMetrics metrics, String name, String text, String partition, LongSupplier value) {
        LinkedHashMap<String, String> tags = new LinkedHashMap<>();
        tags.put("partition", partition);
        metrics.addMetric(metrics.metricName(name, text, tags), (Gauge<Long>) (config, now) -> value.getAsLong());
    }
}
