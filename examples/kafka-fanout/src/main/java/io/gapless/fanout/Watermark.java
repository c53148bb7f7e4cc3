package io.gapless.fanout;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.ledger.Gap;
import io.gapless.stream.Health;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes to a compacted topic up to when the topic of the posts is complete, and which gaps are still open. The connector
 * writes the same record by itself.
 */
public final class Watermark implements AutoCloseable {
    private static final Duration GAPS_SINCE = Duration.ofDays(8);
    /** For how long a connection must be up before its signals count: by then, the gap before it is in the ledger. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final GaplessStream stream;
    private final KafkaSink sink;
    private final String topic;
    private final Duration lateness;
    private final KafkaProducer<String, byte[]> producer;

    /**
     * Opens the producer.
     *
     * @param stream the stream whose posts are in the topic
     * @param sink the handler of the stream
     * @param bootstrap the brokers
     * @param topic the compacted topic, which must exist
     * @param lateness how late X may deliver a post: the overlap of the stream
     */
    public Watermark(GaplessStream stream, KafkaSink sink, String bootstrap, String topic, Duration lateness) {
        this.stream = stream;
        this.sink = sink;
        this.topic = topic;
        this.lateness = lateness;
        Properties settings = new Properties();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("acks", "all");
        producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * Writes the record, if something can be said now: while a connection is up.
     *
     * @param now this machine's time
     */
    public void write(Instant now) throws ExecutionException, InterruptedException {
        Optional<Instant> complete = completeUpTo(stream.health(), now);
        if (complete.isEmpty()) return;
        ObjectNode json =
                JSON.createObjectNode().put("completeUpTo", complete.get().toString());
        ArrayNode gaps = json.putArray("openGaps");
        for (Gap gap : stream.ledger(now.minus(GAPS_SINCE))) {
            if (gap.isOpen())
                gaps.addObject()
                        .put("id", gap.id())
                        .put("from", gap.span().from().toString())
                        .put("until", gap.span().until().toString());
        }
        byte[] value = json.toString().getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic, "frontier", value)).get();
    }

    private Optional<Instant> completeUpTo(Health health, Instant now) {
        boolean settled = health.state() == Health.State.LIVE
                && health.since().plus(SETTLED).isBefore(now);
        if (!settled) return Optional.empty();
        boolean idle = health.inboxPosts() == 0 && health.spilledBytes() == 0;
        Instant done = idle ? now.minus(health.sinceLastSignal().orElse(Duration.ZERO)) : sink.doneUntil();
        return done.equals(Instant.MIN) ? Optional.empty() : Optional.of(done.minus(lateness));
    }

    @Override
    public void close() {
        producer.close();
    }
}
