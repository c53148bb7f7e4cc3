package io.gapless.capture;

import io.gapless.receiver.Scratch;
import io.gapless.recovery.outbox.Sender;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Inserts, changes and deletes rows of a table, partly while no capture runs. In the end, {@link Service}, the other
 * system, must have the last status of each request. Only then is the exit status 0.
 */
public final class ChangeCapture {
    private static final int REQUESTS = 200;
    private static final int PATIENCE_SECONDS = 90;
    // Values of status_id.
    private static final int IN_REVIEW = 2;
    private static final int APPROVED = 3;
    private static final int COMPLETED = 7;

    private ChangeCapture() {}

    public static void main(String[] arguments) throws Exception {
        Map<Integer, Integer> missing;
        try (Scratch scratch = Scratch.make()) {
            missing = run(scratch.path());
        }
        System.out.println(
                missing.isEmpty()
                        ? "All " + REQUESTS
                                + " requests have arrived with their last status, deleted ones as discarded."
                        : "These requests have not arrived with their last status: " + missing);
        System.exit(missing.isEmpty() ? 0 : 1);
    }

    /**
     * Runs the example. Returns the requests whose last status the other system does not have in the end, with that
     * status.
     */
    static Map<Integer, Integer> run(Path directory) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("wal_level", "logical")
                        .start();
                Service service = new Service();
                Sender sender = Sender.builder()
                        .stateDirectory(directory)
                        .to(service.base())
                        .build();
                Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            Path offsets = directory.resolve("capture.offsets");
            statement.execute("CREATE TABLE request (ticket integer PRIMARY KEY, service text NOT NULL,"
                    + " opened timestamptz NOT NULL DEFAULT now(), status integer NOT NULL)");
            // With this setting, the log holds all columns of a deleted row, not only its key.
            statement.execute("ALTER TABLE request REPLICA IDENTITY FULL");
            statement.execute("INSERT INTO request SELECT i, 'water', now(), 1 FROM generate_series(1, 200) i");
            Map<Integer, Integer> wanted = new TreeMap<>();
            for (int ticket = 1; ticket <= REQUESTS; ticket++) wanted.put(ticket, 1);
            try (Capture capture = new Capture(sender, postgres.getPort(), offsets)) {
                capture.start();
                await(capture, sender, service, wanted);
                change(statement, wanted, 1, 50, IN_REVIEW);
                await(capture, sender, service, wanted);
            }
            // No capture runs during these changes. PostgreSQL keeps them in its log.
            change(statement, wanted, 40, 80, APPROVED);
            change(statement, wanted, 60, 90, COMPLETED);
            statement.execute("DELETE FROM request WHERE ticket > 180");
            for (int ticket = 181; ticket <= REQUESTS; ticket++) wanted.put(ticket, Change.DISCARDED);
            try (Capture capture = new Capture(sender, postgres.getPort(), offsets)) {
                capture.start();
                return await(capture, sender, service, wanted);
            }
        }
    }

    private static void change(Statement statement, Map<Integer, Integer> wanted, int first, int last, int status)
            throws SQLException {
        statement.execute("UPDATE request SET status = " + status + " WHERE ticket BETWEEN " + first + " AND " + last);
        for (int ticket = first; ticket <= last; ticket++) wanted.put(ticket, status);
    }

    /**
     * Sends captured changes until the other system has the wanted status of each request, or until the time limit.
     * Returns the requests whose wanted status is still missing.
     */
    private static Map<Integer, Integer> await(
            Capture capture, Sender sender, Service service, Map<Integer, Integer> wanted)
            throws InterruptedException, ExecutionException, IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!service.statusByRequest().equals(wanted) && System.nanoTime() < deadline) {
            if (capture.failure().isPresent())
                throw new IOException(capture.failure().get());
            sender.sendOnce().get();
            TimeUnit.MILLISECONDS.sleep(200);
        }
        Map<Integer, Integer> missing = new TreeMap<>(wanted);
        missing.entrySet().removeAll(service.statusByRequest().entrySet());
        return missing;
    }
}
