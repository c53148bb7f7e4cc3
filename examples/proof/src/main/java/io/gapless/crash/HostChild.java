package io.gapless.crash;

import io.gapless.hosts.ConsumerSettings;
import io.gapless.hosts.Sink;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.event.StreamException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.postgresql.ds.PGSimpleDataSource;

/** Runs a stream on a shared state, as a process, until another process takes it over or SIGTERM comes. */
final class HostChild {
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final int POSTS_PER_WRITE = 500;

    /** The posts of more than a minute at 500 posts a second, for a database that is away or a warm standby. */
    private static final int INBOX_BYTES = 64 * 1024 * 1024;

    private HostChild() {}

    public static void main(String[] arguments) throws Exception {
        ConsumerSettings settings = ConsumerSettings.of(arguments);
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(settings.stateUrl());
        CompletableFuture<GaplessStream> built = new CompletableFuture<>();
        GaplessStream.Builder builder = GaplessStream.builder().inboxMaxBytes(INBOX_BYTES);
        if (settings.options().warm()) builder.warmStandby();
        try (Sink sink = new Sink(settings.sinkUrl());
                GaplessStream stream = builder.baseUrl(settings.x())
                        .bearerToken(settings.token())
                        .access(Access.ENTERPRISE)
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .connectBudget(settings.options().connectBudget())
                        .sharedState(database, settings.stream())
                        .lease(settings.options().lease())
                        .batchHandler(
                                POSTS_PER_WRITE,
                                posts -> sink.write(built.join().term(), posts))
                        .onEvent(event -> System.out.println(event.at() + " " + event.describe()))
                        .closeOnShutdown(DRAIN)
                        .build()) {
            built.complete(stream);
            stream.start();
            stream.awaitClose();
        } catch (StreamException e) {
            System.out.println(e.reason() + ": " + e.getMessage());
            System.exit(1);
        }
    }
}
