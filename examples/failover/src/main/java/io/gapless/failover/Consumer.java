package io.gapless.failover;

import io.gapless.hosts.ConsumerSettings;
import io.gapless.hosts.Sink;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.post.Post;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Consumes a stream, or stands by until it may. Start it on as many hosts as you like: one of them receives posts, and
 * when it fails, another one takes over. A supervisor, such as systemd or Kubernetes, starts it again when it ends.
 */
final class Consumer {
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final int SECONDS_TO_CONNECT = 2;
    private static final int POSTS_PER_WRITE = 500;

    private final Sink sink;
    private final GaplessStream stream;

    private Consumer(ConsumerSettings settings, Sink sink) {
        this.sink = sink;
        this.stream = GaplessStream.builder()
                .baseUrl(settings.x())
                .bearerToken(settings.token())
                .access(Access.ENTERPRISE)
                .sharedState(database(settings.stateUrl()), settings.stream())
                .lease(settings.options().lease())
                .batchHandler(POSTS_PER_WRITE, this::handle)
                .onEvent(Consumer::print)
                // SIGTERM: hands over what has been received, then gives the stream to a consumer that stands by.
                .closeOnShutdown(DRAIN)
                .build();
    }

    private static PGSimpleDataSource database(String url) {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(url);
        // Otherwise the driver waits for ever for a database that accepts a connection and does not answer.
        database.setConnectTimeout(SECONDS_TO_CONNECT);
        database.setLoginTimeout(SECONDS_TO_CONNECT);
        database.setSocketTimeout(SECONDS_TO_CONNECT);
        return database;
    }

    /** The sink refuses an older term: so a consumer that was paused here cannot write after another one took over. */
    private void handle(List<Post> posts) throws SQLException {
        sink.write(stream.term(), posts);
    }

    private static void print(StreamEvent event) {
        System.out.println(event.at() + " " + event.describe());
    }

    public static void main(String[] arguments) throws Exception {
        ConsumerSettings settings = ConsumerSettings.of(arguments);
        try (Sink sink = new Sink(settings.sinkUrl())) {
            Consumer consumer = new Consumer(settings, sink);
            consumer.stream.start();
            consumer.stream.awaitClose();
        } catch (StreamException e) {
            // TAKEN_OVER: this consumer was away for longer than its lease. The supervisor starts it again.
            System.out.println(e.reason() + ": " + e.getMessage());
            System.exit(1);
        }
    }
}
