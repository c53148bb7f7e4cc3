package io.gapless.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads a topic, or several, from the beginning, with {@code isolation.level=read_committed}, on a thread of its own. Owns what it has
 * read: how often each key came, and when records arrived. Thread-safe.
 */
public final class TopicReader implements AutoCloseable {
    /** The header with the partition of X. */
    private static final String PARTITION = "gapless-partition";

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration TOPIC_EVERY = Duration.ofMillis(100);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

    private final String topic;
    private final int count;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread thread;
    private final Map<String, Integer> timesByKey = new HashMap<>();
    private final Map<String, byte[]> newestByKey = new HashMap<>();
    /** When records arrived, by the value of the header; under an empty name those without it, too. */
    private final Map<String, List<Long>> arrivalsNanos = new HashMap<>();

    private final boolean keepsValues;
    private long records;
    private long valueBytes;
    private long repeats;
    private long newestId;
    private volatile boolean closed;

    /**
     * Begins to read.
     *
     * @param bootstrap where the broker is
     * @param topic a topic, or a regular expression for several; they may not exist yet
     * @param count how many topics there will be
     * @param keepsValues whether to keep the newest value of each key
     */
    public TopicReader(String bootstrap, String topic, int count, boolean keepsValues) {
        this.topic = topic;
        this.count = count;
        this.keepsValues = keepsValues;
        Properties settings = new Properties();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("isolation.level", "read_committed");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        settings.put("metadata.max.age.ms", "1000");
        consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        thread = new Thread(this::read, "reader of " + topic);
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (consumer) {
            List<TopicPartition> partitions = new ArrayList<>();
            int found = 0;
            while (found < count && !closed) {
                partitions.clear();
                found = 0;
                for (Map.Entry<String, List<PartitionInfo>> one :
                        consumer.listTopics(Duration.ofSeconds(10)).entrySet()) {
                    if (!one.getKey().matches(topic)) continue;
                    found++;
                    for (PartitionInfo part : one.getValue())
                        partitions.add(new TopicPartition(one.getKey(), part.partition()));
                }
                if (found < count) TimeUnit.MILLISECONDS.sleep(TOPIC_EVERY.toMillis());
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closed) for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) add(record);
        } catch (WakeupException e) {
            if (!closed) throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void add(ConsumerRecord<String, byte[]> record) {
        records++;
        if (record.value() != null) valueBytes += record.value().length;
        long nowNanos = System.nanoTime();
        arrivalsNanos.computeIfAbsent("", none -> new ArrayList<>()).add(nowNanos);
        Header part = record.headers().lastHeader(PARTITION);
        if (part != null)
            arrivalsNanos
                    .computeIfAbsent(new String(part.value(), StandardCharsets.UTF_8), none -> new ArrayList<>())
                    .add(nowNanos);
        if (timesByKey.merge(record.key(), 1, Integer::sum) > 1) repeats++;
        if (keepsValues) newestByKey.put(record.key(), record.value());
        if (record.key().matches("\\d+")) newestId = Math.max(newestId, Long.parseLong(record.key()));
    }

    /** Returns how many records were read. */
    public synchronized long records() {
        return records;
    }

    /** Returns how many bytes the values have that were read. */
    public synchronized long valueBytes() {
        return valueBytes;
    }

    /** Returns how many records had a key that an earlier one had. */
    public synchronized long repeats() {
        return repeats;
    }

    /** Returns whether a record with this key was read. */
    public synchronized boolean has(String key) {
        return timesByKey.containsKey(key);
    }

    /** Returns the keys that came more than once. */
    public synchronized List<String> repeated() {
        return timesByKey.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Returns the greatest key that is a number; 0 if there is none. */
    public synchronized long newestId() {
        return newestId;
    }

    /** Returns the partitions of X of which a post was read. */
    public synchronized Set<String> partitions() {
        Set<String> partitions = new HashSet<>(arrivalsNanos.keySet());
        partitions.remove("");
        return partitions;
    }

    /** Returns the newest value of each key. */
    public synchronized Map<String, byte[]> newest() {
        return Map.copyOf(newestByKey);
    }

    /** Returns the longest time without a record since a moment, by {@code System.nanoTime}. */
    public Pause longestPause(long sinceNanos) {
        return longestPause(sinceNanos, "");
    }

    /**
     * Returns the longest time without a record of one partition of X.
     *
     * @param sinceNanos since when, by {@code System.nanoTime}
     * @param partition the number of the partition; empty for all
     */
    public synchronized Pause longestPause(long sinceNanos, String partition) {
        List<Long> arrivals = arrivalsNanos.getOrDefault(partition, List.of());
        long before = sinceNanos;
        Pause longest = new Pause(Duration.ZERO, Duration.ZERO);
        for (int i = firstAfter(arrivals, sinceNanos); i < arrivals.size(); i++) {
            long at = arrivals.get(i);
            Duration length = Duration.ofNanos(at - before);
            if (length.compareTo(longest.length()) > 0) longest = new Pause(length, Duration.ofNanos(at - sinceNanos));
            before = at;
        }
        return longest;
    }

    private static int firstAfter(List<Long> arrivals, long nanos) {
        int low = 0;
        int high = arrivals.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (arrivals.get(middle) - nanos < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /**
     * Describes a time without a record.
     *
     * @param length how long it was
     * @param end when it ended, counted from the moment that was asked for
     */
    public record Pause(Duration length, Duration end) {}

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(CLOSE_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
