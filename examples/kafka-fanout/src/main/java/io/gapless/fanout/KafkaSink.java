package io.gapless.fanout;

import io.gapless.stream.post.BatchPostHandler;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Snowflake;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes posts to a topic: the id is the key, and the line that X sent is the value. The call returns when the brokers have
 * the posts, and that acknowledges them. If Kafka is away, the call fails, and Gapless hands the posts over again. So a post
 * may come twice after a failure, and consumers drop repeats by the key.
 */
public final class KafkaSink implements BatchPostHandler, AutoCloseable {
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    private final String topic;
    private final KafkaProducer<String, byte[]> producer;
    /** The ids of the posts at which the last call with them has failed. Used by the handler's thread only. */
    private final Set<Long> failed = new HashSet<>();

    private volatile Instant doneUntil = Instant.MIN;

    /**
     * Opens the producer.
     *
     * @param bootstrap the brokers
     * @param topic the topic, which must exist
     */
    public KafkaSink(String bootstrap, String topic) {
        this.topic = topic;
        Properties settings = new Properties();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("enable.idempotence", "true");
        settings.put("acks", "all");
        // Gives up before the inbox is full. The default is two minutes.
        settings.put("delivery.timeout.ms", "30000");
        settings.put("request.timeout.ms", "10000");
        settings.put("max.block.ms", "10000");
        settings.put("compression.type", "lz4");
        producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    @Override
    public void onPosts(List<Post> posts) throws ExecutionException, InterruptedException {
        List<Long> ids = posts.stream().map(Post::id).toList();
        failed.addAll(ids);
        List<Future<RecordMetadata>> sent = new ArrayList<>(posts.size());
        for (Post post : posts) sent.add(producer.send(record(post)));
        for (Future<RecordMetadata> one : sent) one.get();
        ids.forEach(failed::remove);
        if (!failed.isEmpty()) return;
        for (Post post : posts)
            if (post.origin().isLive() && post.receivedAt().isAfter(doneUntil)) doneUntil = post.receivedAt();
    }

    /**
     * Returns until when live posts have arrived that are all in Kafka, by this machine's clock. Live posts are handed over
     * in the order in which they arrived.
     */
    public Instant doneUntil() {
        return doneUntil;
    }

    private ProducerRecord<String, byte[]> record(Post post) {
        Long createdMillis = Snowflake.carriesTime(post.id()) ? Snowflake.millis(post.id()) : null;
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topic, null, createdMillis, Long.toString(post.id()), post.bytes());
        record.headers().add("gapless-origin", post.origin().name().getBytes(StandardCharsets.UTF_8));
        return record;
    }

    @Override
    public void close() {
        producer.close(CLOSE_MAX);
    }
}
