package io.gapless.connect;

import io.gapless.receiver.Report;
import io.gapless.recovery.state.Change;
import io.gapless.stream.post.Snowflake;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.apache.kafka.connect.json.JsonConverter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how large the state is in the offsets after compaction, and how long a task needs to read it. */
@Command(
        name = "offsets",
        mixinStandardHelpOptions = true,
        description =
                "Fills the offsets with an hour of posts, in the transactions that a task would make, and reads them.")
public final class OffsetsRun implements Callable<Integer> {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration BATCH = Duration.ofMillis(25);
    private static final int ID_BITS_BELOW_TIME = 22;
    private static final long BYTES_MAX = 10_000_000;
    private static final long MILLIS_MAX = 1_000;
    private static final OffsetState.Limits LIMITS = new OffsetState.Limits(Duration.ofHours(1), 64L << 20);

    @Option(
            names = "--rate",
            paramLabel = "POSTS",
            defaultValue = "500",
            description = "Posts per second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "90",
            description = "How long the stream has run; the offsets keep the last hour (default: ${DEFAULT-VALUE}).")
    private int minutes;

    private final JsonConverter converter = new JsonConverter();
    private final Map<String, byte[]> compacted = new HashMap<>();
    private long written;

    @Override
    public Integer call() {
        converter.configure(Map.of("schemas.enable", "false"), false);
        OffsetState state = OffsetState.read(0, keys -> Map.of(), LIMITS, InstantSource.fixed(START));
        Random random = new Random(1);
        long batches = Duration.ofMinutes(minutes).dividedBy(BATCH);
        long beginNanos = System.nanoTime();
        double due = 0;
        for (long batch = 0; batch < batches; batch++) {
            Instant now = START.plus(BATCH.multipliedBy(batch));
            due += rate * BATCH.toMillis() / 1e3;
            long[] ids = random.longs((int) due, 0, BATCH.toMillis() << ID_BITS_BELOW_TIME)
                    .map(some -> Snowflake.firstId(now) + some)
                    .toArray();
            due -= ids.length;
            // Kafka Connect writes the last offset of each key in a transaction.
            Map<Map<String, String>, Map<String, Object>> last = new LinkedHashMap<>();
            for (PostOffset offset : state.receive(state.stateValue(), ids)) last.put(offset.key(), offset.value());
            if (batch % 200 == 0) state.apply(List.of(new Change.Frontier(now, now)));
            last.putAll(state.takeChanged());
            last.forEach(this::keep);
        }
        double micros = (System.nanoTime() - beginNanos) / 1e3 / batches;
        long[] reads = new long[5];
        for (int i = 0; i < reads.length; i++) {
            long startNanos = System.nanoTime();
            OffsetState.read(0, this::read, LIMITS, InstantSource.fixed(START));
            reads[i] = (System.nanoTime() - startNanos) / 1_000_000;
        }
        long bytes = compacted.entrySet().stream()
                .mapToLong(offset -> offset.getKey().length() + offset.getValue().length)
                .sum();
        Report report = new Report(
                        "Kafka Connect: the state in the offsets",
                        minutes + " min at " + rate + " posts/s, a transaction each " + BATCH.toMillis()
                                + " ms; JSON as the worker writes it",
                        "at 500 posts/s: 10 MB after compaction; read within 1 s")
                .say("offsets", compacted.size())
                .say("bytes after compaction", bytes)
                .say("bytes per id", bytes / (60.0 * 60 * rate))
                .say("bytes written per second", written / (60.0 * minutes))
                .say("microseconds per transaction", micros)
                .say("first read ms", reads[0])
                .say("fifth read ms", reads[4])
                .must(rate > 500 || bytes <= BYTES_MAX, "the offsets take more than 10 MB")
                .must(rate > 500 || reads[0] <= MILLIS_MAX, "the first read took more than a second");
        System.out.println(report.text());
        return report.holds() ? 0 : 1;
    }

    private void keep(Map<String, String> key, Map<String, Object> value) {
        byte[] bytes = converter.fromConnectData("", null, value);
        written += text(key).length() + bytes.length;
        compacted.put(text(key), bytes);
    }

    private String text(Map<String, String> key) {
        return new String(converter.fromConnectData("", null, key), StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked") // As Kafka Connect does: an offset is a map.
    private Map<Map<String, String>, @Nullable Map<String, Object>> read(Collection<Map<String, String>> keys) {
        Map<Map<String, String>, @Nullable Map<String, Object>> found = new HashMap<>();
        for (Map<String, String> key : keys) {
            byte[] bytes = compacted.get(text(key));
            if (bytes != null)
                found.put(key, (Map<String, Object>)
                        converter.toConnectData("", bytes).value());
        }
        return found;
    }
}
