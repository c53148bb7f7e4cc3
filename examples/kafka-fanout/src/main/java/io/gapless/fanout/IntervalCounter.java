package io.gapless.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.post.Snowflake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Counts posts by the interval in which they were created, as one member of a consumer group. An interval of a partition is
 * reported once, when it is final: complete, without an open gap, and read to the end. Repeats are dropped by the id.
 *
 * <p>A partition that moves to another member is read again from its last final interval, so the counts of one member do not
 * have to move. Owns the counts. Runs on one thread.
 */
public final class IntervalCounter implements Runnable {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FRONTIER = "frontier";
    private static final String COMPLETE = "completeUpTo";

    /**
     * What is counted.
     *
     * @param partition the partition of the topic
     * @param start the start of the interval
     */
    public record Interval(int partition, Instant start) {}

    private final String postsTopic;
    private final String ledgerTopic;
    private final Duration length;
    private final BiConsumer<Interval, Integer> finals;
    private final AtomicBoolean stop;
    private final Properties settings = new Properties();

    /** The ids of each interval that is not final, by partition. */
    private final Map<TopicPartition, TreeMap<Instant, Set<String>>> open = new HashMap<>();
    /** The offset of the first post of each interval that is not final. */
    private final Map<TopicPartition, TreeMap<Instant, Long>> firstOffsets = new HashMap<>();

    private final Map<TopicPartition, Instant> finalUntil = new HashMap<>();
    /** The newest frontier of each key. */
    private final Map<String, JsonNode> frontiers = new HashMap<>();

    /**
     * Describes a member.
     *
     * @param bootstrap the brokers
     * @param postsTopic the topic of the posts
     * @param ledgerTopic the topic that says up to when it is complete
     * @param length the length of an interval
     * @param finals receives the number of posts of each final interval
     * @param stop ends the run when it is true
     */
    public IntervalCounter(
            String bootstrap,
            String postsTopic,
            String ledgerTopic,
            Duration length,
            BiConsumer<Interval, Integer> finals,
            AtomicBoolean stop) {
        this.postsTopic = postsTopic;
        this.ledgerTopic = ledgerTopic;
        this.length = length;
        this.finals = finals;
        this.stop = stop;
        settings.put("bootstrap.servers", bootstrap);
        settings.put("isolation.level", "read_committed");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        settings.put("key.deserializer", StringDeserializer.class.getName());
        settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
    }

    @Override
    public void run() {
        Properties ofGroup = new Properties();
        ofGroup.putAll(settings);
        ofGroup.put("group.id", "interval-counter");
        try (KafkaConsumer<String, byte[]> posts = new KafkaConsumer<>(ofGroup);
                KafkaConsumer<String, byte[]> ledger = new KafkaConsumer<>(settings)) {
            TopicPartition only = new TopicPartition(ledgerTopic, 0);
            ledger.assign(List.of(only));
            ledger.seekToBeginning(List.of(only));
            posts.subscribe(List.of(postsTopic), new Moves(posts));
            while (!stop.get()) {
                boolean isNew = false;
                for (ConsumerRecord<String, byte[]> record : ledger.poll(Duration.ZERO))
                    isNew |= take(record, frontiers);
                // What is in the topic now is all that the ledger speaks of: it was written before.
                Map<TopicPartition, Long> ends = isNew ? posts.endOffsets(posts.assignment()) : Map.of();
                read(posts, ends);
                if (isNew) finish(posts, completeUpTo(frontiers.values()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The ledger topic has a value that is not JSON", e);
        }
    }

    /**
     * Keeps the frontier of a stream, or of a partition of X. Forgets one that was deleted, because nobody reads its partition any
     * more. The records of single gaps, {@code NAME/gap/7}, are not needed.
     *
     * @param frontiers the newest frontier of each key
     * @return whether the record is about a frontier
     */
    static boolean take(ConsumerRecord<String, byte[]> record, Map<String, JsonNode> frontiers) throws IOException {
        if (!record.key().equals(FRONTIER) && !record.key().endsWith("/" + FRONTIER)) return false;
        if (record.value() == null) frontiers.remove(record.key());
        else frontiers.put(record.key(), JSON.readTree(record.value()));
        return true;
    }

    /**
     * Returns up to when all frontiers are complete, without the open gaps. A stream that has just begun has a frontier without
     * a time, and nothing is final yet.
     */
    static Instant completeUpTo(Collection<JsonNode> frontiers) {
        Instant complete = Instant.MAX;
        for (JsonNode frontier : frontiers) {
            if (!frontier.has(COMPLETE)) return Instant.MIN;
            complete =
                    Span.earlier(complete, Instant.parse(frontier.path(COMPLETE).asText()));
            for (JsonNode gap : frontier.path("openGaps")) {
                complete = Span.earlier(complete, Instant.parse(gap.path("from").asText()));
            }
        }
        return complete;
    }

    /** Reads what has come, at least up to these offsets. */
    private void read(KafkaConsumer<String, byte[]> posts, Map<TopicPartition, Long> ends) {
        do {
            for (ConsumerRecord<String, byte[]> record : posts.poll(POLL)) count(record);
        } while (!stop.get()
                && ends.entrySet().stream()
                        .anyMatch(end -> posts.assignment().contains(end.getKey())
                                && posts.position(end.getKey()) < end.getValue()));
    }

    private void count(ConsumerRecord<String, byte[]> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        Instant start = start(Snowflake.time(Long.parseLong(record.key())));
        Instant done = finalUntil.get(partition);
        if (done != null && start.isBefore(done)) return;
        open.computeIfAbsent(partition, none -> new TreeMap<>())
                .computeIfAbsent(start, none -> new HashSet<>())
                .add(record.key());
        firstOffsets.computeIfAbsent(partition, none -> new TreeMap<>()).merge(start, record.offset(), Math::min);
    }

    private Instant start(Instant created) {
        return Instant.ofEpochMilli(created.toEpochMilli() / length.toMillis() * length.toMillis());
    }

    private void finish(KafkaConsumer<String, byte[]> posts, Instant complete) {
        for (TopicPartition partition : posts.assignment()) {
            TreeMap<Instant, Set<String>> intervals = open.getOrDefault(partition, new TreeMap<>());
            while (!intervals.isEmpty() && !intervals.firstKey().plus(length).isAfter(complete)) {
                Map.Entry<Instant, Set<String>> first = intervals.pollFirstEntry();
                finals.accept(
                        new Interval(partition.partition(), first.getKey()),
                        first.getValue().size());
                finalUntil.put(partition, first.getKey().plus(length));
                firstOffsets.getOrDefault(partition, new TreeMap<>()).remove(first.getKey());
            }
            commit(posts, partition);
        }
    }

    /** Commits the offset from which another member has to read to count the intervals that are not final. */
    private void commit(KafkaConsumer<String, byte[]> posts, TopicPartition partition) {
        long from = firstOffsets.getOrDefault(partition, new TreeMap<>()).values().stream()
                .mapToLong(Long::longValue)
                .min()
                .orElse(posts.position(partition));
        posts.commitSync(Map.of(
                partition,
                new OffsetAndMetadata(from, String.valueOf(finalUntil.getOrDefault(partition, Instant.EPOCH)))));
    }

    /** Forgets a partition that moves to another member, and goes on with one from where that member had committed. */
    private final class Moves implements ConsumerRebalanceListener {
        private final KafkaConsumer<String, byte[]> posts;

        Moves(KafkaConsumer<String, byte[]> posts) {
            this.posts = posts;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                open.remove(partition);
                firstOffsets.remove(partition);
                finalUntil.remove(partition);
            }
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            posts.committed(Set.copyOf(partitions)).forEach((partition, committed) -> {
                if (committed != null) finalUntil.put(partition, Instant.parse(committed.metadata()));
            });
        }
    }
}
