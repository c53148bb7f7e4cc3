package io.gapless.sending;

import io.gapless.hosts.ChildProcess;
import io.gapless.proof.kit.IdFile;
import io.gapless.receiver.Receiver;
import io.gapless.receiver.Receiver.Moment;
import io.gapless.receiver.Report;
import io.gapless.receiver.Scratch;
import io.gapless.recovery.outbox.OutboxClient;
import io.gapless.recovery.outbox.SenderStatus;
import io.gapless.recovery.outbox.SentInterval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Kills a sender again and again at chosen points of its work. In the end, compares the records that the receiver has
 * accepted with those that were put into the sender's outbox.
 */
public final class SenderKills {
    /** Lists the points of the sender's work at which it is killed. */
    private enum Aim {
        /** A request has arrived at the receiver. The receiver has not accepted it yet. */
        ARRIVED,
        /** The receiver has accepted a request. It has not answered yet. */
        ACCEPTED,
        /** The receiver has answered a request. The answer is on its way, or the sender commits its result. */
        ANSWERED,
        /** A slot of the schedule has begun. In one commit, the sender forms the batches and moves the mark. */
        SLOT,
        /** A random moment. */
        ANY
    }

    private static final int PATIENCE_SECONDS = 20;
    private static final Duration LAST = Duration.ofSeconds(120);
    private static final int SOON_MICROS = 4_000;
    private static final int SLOT_MICROS = 40_000;
    private static final int ANY_MILLIS = 1_500;

    /**
     * The number of kills after which the state is restored: after each tenth kill, from a copy that was made five
     * kills before.
     */
    private static final int RESTORE_EVERY = 10;

    private final int kills;
    private final boolean restore;
    private final Random random;
    private final Map<Aim, Integer> done = new EnumMap<>(Aim.class);
    private int restores;

    /**
     * Creates a run of kills, which {@link #run} starts.
     *
     * @param restore whether to restore the state from a copy after each tenth kill. The copy holds the outbox and the
     *     stored last id of the same moment, as one backup of both would
     */
    public SenderKills(int kills, boolean restore, long seed) {
        this.kills = kills;
        this.restore = restore;
        this.random = new Random(seed);
    }

    public Report run() throws Exception {
        long fromNanos = System.nanoTime();
        try (Scratch place = Scratch.make();
                Receiver receiver = new Receiver(new Troubles(17))) {
            Path backedUp = place.directory("backed-up");
            Path copy = place.path().resolve("copy");
            Path state = backedUp.resolve("state");
            Path taken = backedUp.resolve("taken");
            Path says = place.path().resolve("says");
            Path temporary = place.directory("tmp");
            int aimless = 0;
            long lastTaken = 0;
            for (int i = 0; i < kills; i++) {
                ChildProcess child = child(receiver, state, taken, 0, temporary).start(says);
                try {
                    if (!aim(Aim.values()[i % Aim.values().length], receiver)) aimless++;
                } finally {
                    child.kill();
                }
                clear(temporary);
                if (restore && i % RESTORE_EVERY == RESTORE_EVERY / 2 - 1) Scratch.copy(backedUp, copy);
                if (restore && i % RESTORE_EVERY == RESTORE_EVERY - 1) {
                    lastTaken = Math.max(lastTaken, IdFile.last(taken, 0));
                    Scratch.copy(copy, backedUp);
                    restores++;
                }
            }
            boolean ended;
            lastTaken = Math.max(lastTaken, IdFile.last(taken, 0));
            try (ChildProcess last =
                    child(receiver, state, taken, lastTaken, temporary).start(says)) {
                TimeUnit.SECONDS.sleep(1);
                ended = last.end(LAST);
            }
            Report report = report(receiver, state, IdFile.last(taken, 0))
                    .say("s", (System.nanoTime() - fromNanos) / 1_000_000_000)
                    .must(ended, "the last process ended with an error: " + Files.readString(says))
                    .must(aimless * 10 <= kills, aimless + " kills missed the moment that they were aimed at");
            return report;
        }
    }

    /**
     * Waits for the chosen point, and then for a short random time. After that, the caller kills the process. Returns
     * whether the point was reached.
     */
    private boolean aim(Aim aim, Receiver receiver) throws InterruptedException {
        CountDownLatch occasion = new CountDownLatch(1);
        int passBy = random.nextInt(4);
        int[] passed = {0};
        receiver.watch(moment -> {
            boolean wanted = aim == Aim.ANY || aim == Aim.SLOT
                    ? moment == Moment.ANSWERED
                    : moment.name().equals(aim.name());
            synchronized (passed) {
                if (wanted && ++passed[0] > passBy) occasion.countDown();
            }
        });
        boolean found = aim == Aim.ANY || occasion.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        switch (aim) {
            case ANY -> TimeUnit.MILLISECONDS.sleep(random.nextInt(ANY_MILLIS));
            case SLOT -> {
                long millis = 1_000 - System.currentTimeMillis() % 1_000;
                TimeUnit.MICROSECONDS.sleep(1_000 * millis + random.nextInt(SLOT_MICROS));
            }
            case ARRIVED, ACCEPTED, ANSWERED -> TimeUnit.MICROSECONDS.sleep(random.nextInt(SOON_MICROS));
        }
        receiver.watch(moment -> {});
        if (found) done.merge(aim, 1, Integer::sum);
        return found;
    }

    private static ChildProcess.Command child(
            Receiver receiver, Path state, Path taken, long atLeastUntil, Path temporary) {
        return ChildProcess.of(SenderChild.class, receiver.address(), state, taken, atLeastUntil)
                .with("-Xmx256m")
                .shortLived()
                .temporary(temporary);
    }

    private static void clear(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                if (Files.isRegularFile(file)) Files.deleteIfExists(file);
            }
        }
    }

    private Report report(Receiver receiver, Path state, long last) {
        Map<Long, Integer> times = receiver.times();
        long taken = last - SenderChild.FIRST_ID + 1;
        long twice = times.values().stream().filter(often -> often > 1).count();
        long lost = 0;
        for (long id = SenderChild.FIRST_ID; id <= last; id++) {
            if (!times.containsKey(id)) lost++;
        }
        try (OutboxClient outbox = OutboxClient.open(state)) {
            SenderStatus status = outbox.status();
            List<SentInterval> history = outbox.history(100_000);
            long acknowledged =
                    history.stream().mapToLong(SentInterval::acknowledged).sum();
            Report report = new Report("A sender is killed at random moments").say("kills", kills);
            done.forEach((aim, often) -> report.say("  aimed at " + aim, often));
            if (restore) report.say("  after which the state was restored", restores);
            // If a copy was restored, records may have been sent again in other batches, so some expectations apply
            // only without copies.
            return report.say("records that the handler accepted", taken)
                    .say("records received", times.size())
                    .say("records acknowledged", acknowledged)
                    .say("lost", lost)
                    .say("received with two keys", twice)
                    .say("requests", receiver.requests())
                    .say("requests sent again because the answer was lost", receiver.known())
                    .say("intervals", history.size())
                    .must(taken > 0, "the handler accepted no record")
                    .must(lost == 0, "records are lost")
                    .must(
                            times.size() == taken,
                            "the receiver does not have exactly the records that the handler accepted")
                    .must(
                            restore || acknowledged == taken,
                            "the acknowledged records are not exactly the accepted ones")
                    .must(restore || twice == 0, "records were received with two keys")
                    .must(receiver.otherBytes() == 0, "a key was sent again with other bytes")
                    .must(status.waitingRecords() == 0 && status.quarantined() == 0, "records still wait: " + status)
                    .must(
                            status.acknowledgedUntil().equals(status.collectedUntil()),
                            "an interval before the mark is not acknowledged");
        }
    }
}
