package io.gapless.capture;

import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.Json;
import io.gapless.recovery.outbox.OutboxRecord;
import io.gapless.recovery.outbox.Sender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table's changes from PostgreSQL's log, and puts them into a sender's outbox. The position in the log is
 * stored only after the outbox has committed the changes. So after a crash, some changes come again, and the outbox
 * skips the versions that it already has.
 */
final class Capture implements AutoCloseable {
    private static final int STOP_SECONDS = 30;

    private final Sender sender;
    private final DebeziumEngine<ChangeEvent<String, String>> engine;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private volatile @Nullable String failure;

    /**
     * Creates a capture, which {@link #start} starts.
     *
     * @param port the port of PostgreSQL on this machine
     * @param offsets the file that stores the position in the log
     */
    Capture(Sender sender, int port, Path offsets) {
        this.sender = sender;
        this.engine = DebeziumEngine.create(Json.class)
                .using(settings(port, offsets))
                .notifying(this::take)
                .using(this::ended)
                .build();
    }

    void start() {
        thread.execute(engine);
    }

    /**
     * Stores and prints why the engine has ended. After a failure, the engine ends by itself, and reports the failure
     * only by this call.
     */
    private void ended(boolean success, String message, @Nullable Throwable error) {
        if (success) return;
        String why = error == null ? message : message + ": " + error;
        failure = why;
        System.err.println("Nothing is captured any more, and the log of the database grows until it is: " + why);
    }

    /**
     * Returns why the capture has failed; empty if it has not failed. The caller must check this regularly, since a
     * failed capture does not start again.
     */
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    private static Properties settings(int port, Path offsets) {
        Properties settings = new Properties();
        settings.setProperty("name", "gapless");
        settings.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        settings.setProperty("offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
        settings.setProperty("offset.storage.file.filename", offsets.toString());
        // Store the position in the log after each batch. By default, Debezium stores it only once a minute.
        settings.setProperty("offset.flush.interval.ms", "0");
        settings.setProperty("database.hostname", "127.0.0.1");
        settings.setProperty("database.port", String.valueOf(port));
        settings.setProperty("database.user", "postgres");
        settings.setProperty("database.password", "");
        settings.setProperty("database.dbname", "postgres");
        settings.setProperty("topic.prefix", "gapless");
        settings.setProperty("table.include.list", "public.request");
        settings.setProperty("plugin.name", "pgoutput");
        settings.setProperty("publication.autocreate.mode", "filtered");
        settings.setProperty("slot.name", "gapless");
        settings.setProperty("tombstones.on.delete", "false");
        settings.setProperty("converter.schemas.enable", "false");
        return settings;
    }

    private void take(
            List<ChangeEvent<String, String>> events,
            DebeziumEngine.RecordCommitter<ChangeEvent<String, String>> committer)
            throws InterruptedException {
        List<OutboxRecord> records = new ArrayList<>();
        for (ChangeEvent<String, String> event : events) {
            try {
                records.add(Change.record(event.value()));
            } catch (IOException e) {
                throw new IllegalStateException("Debezium reported a change that is not JSON", e);
            }
        }
        sender.onRecords(records);
        for (ChangeEvent<String, String> event : events) committer.markProcessed(event);
        committer.markBatchFinished();
    }

    @Override
    public void close() throws IOException {
        engine.close();
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) thread.shutdownNow();
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
