package io.gapless.sending;

import io.gapless.proof.kit.Together;
import io.gapless.receiver.Receiver;
import io.gapless.receiver.Report;
import io.gapless.receiver.Scratch;
import io.gapless.recovery.outbox.RecordEncoders;
import io.gapless.recovery.outbox.Schedule;
import io.gapless.recovery.outbox.Sender;
import io.gapless.recovery.outbox.SentInterval;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets several writers change a table of a real PostgreSQL at once, while a sender polls it every second. In the end,
 * for each row, the last version that the receiver has accepted must be the version in the table.
 */
public final class Writers {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration SETTLE = Duration.ofSeconds(1);
    private static final int PAUSE_MAX_MILLIS = 40;

    private final int writers;
    private final Duration length;
    private final long seed;
    /**
     * The content of each row that the receiver has accepted last, by the row's key. Written under the receiver's
     * monitor, read after the sender is closed.
     */
    private final Map<String, String> received = new HashMap<>();

    private final AtomicLong versions = new AtomicLong();

    public Writers(int writers, Duration length, long seed) {
        this.writers = writers;
        this.length = length;
        this.seed = seed;
    }

    public Report run() throws Exception {
        try (Scratch place = Scratch.make();
                EmbeddedPostgres postgres = EmbeddedPostgres.start();
                Receiver receiver =
                        new Receiver(new Troubles(23), body -> versions.addAndGet(SharedTable.read(body, received)))) {
            SharedTable table = SharedTable.create(postgres);
            List<SentInterval> history;
            long waiting;
            try (Sender sender = Sender.builder()
                    .stateDirectory(place.path())
                    .to(receiver.address())
                    .source(table.source())
                    .encoder(RecordEncoders.json())
                    .schedule(Schedule.hourly().withEvery(Duration.ofSeconds(1)))
                    .settle(SETTLE)
                    .batch(100, 1 << 20)
                    .tries(3, Duration.ofMillis(20))
                    .proxy(HttpClient.Builder.NO_PROXY)
                    .build()) {
                sender.start();
                change(table);
                settle(sender);
                history = sender.history(100_000);
                waiting = sender.status().waitingRecords();
            }
            return report(table, receiver, history).must(waiting == 0, waiting + " records still wait");
        }
    }

    private void change(SharedTable table) throws Exception {
        long untilNanos = System.nanoTime() + length.toNanos();
        List<Callable<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            Random random = new Random(1_000 * seed + i);
            all.add(() -> {
                while (System.nanoTime() < untilNanos) {
                    table.transact(random);
                    Thread.sleep(random.nextInt(PAUSE_MAX_MILLIS));
                }
                return true;
            });
        }
        Together.run(writers, all);
    }

    /**
     * Waits until the last change is old enough to be collected. Then sends until a poll finds no changed row and no
     * record waits, or until the time limit.
     */
    private static void settle(Sender sender) throws Exception {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        Thread.sleep(2 * SETTLE.toMillis());
        SentInterval last;
        do {
            last = sender.sendOnce().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } while ((last.records() > 0 || sender.status().waitingRecords() > 0) && System.nanoTime() < untilNanos);
    }

    private Report report(SharedTable table, Receiver receiver, List<SentInterval> history) throws Exception {
        Map<String, String> rows = table.rows();
        long missing =
                rows.keySet().stream().filter(key -> !received.containsKey(key)).count();
        long wrong = rows.entrySet().stream()
                .filter(row -> received.containsKey(row.getKey()))
                .filter(row -> !row.getValue().equals(received.get(row.getKey())))
                .count();
        long invented =
                received.keySet().stream().filter(key -> !rows.containsKey(key)).count();
        long quarantined = history.stream().mapToLong(SentInterval::quarantined).sum();
        return new Report("A table of PostgreSQL that " + writers + " programs change at once, for "
                        + length.toSeconds() + " s")
                .say("transactions committed", table.commits())
                .say("rows", rows.size())
                .say("versions received", versions.get())
                .say("polls that found something", history.size())
                .say("requests", receiver.requests())
                .say("rows never received", missing)
                .say("rows whose last version received is not the table's", wrong)
                .say("rows received that the table does not have", invented)
                .must(table.commits() > 0, "nothing was changed")
                .must(missing == 0, "rows are missing")
                .must(wrong == 0, "rows are wrong")
                .must(invented == 0, "rows were received that were never committed")
                .must(quarantined == 0, quarantined + " records are in quarantine")
                .must(receiver.otherBytes() == 0, "a key was sent again with other bytes");
    }
}
