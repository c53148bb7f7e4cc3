package io.gapless.sending;

import io.gapless.emulator.XEmulator;
import io.gapless.receiver.Deed;
import io.gapless.receiver.Receiver;
import io.gapless.receiver.Report;
import io.gapless.receiver.Scratch;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.outbox.Schedule;
import io.gapless.recovery.outbox.Sender;
import io.gapless.recovery.outbox.SenderEvent;
import io.gapless.recovery.outbox.SentInterval;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Shows the whole path of a post: emulator → stream → outbox → receiver. The receiver fails in all ways that {@link
 * Deed} lists.
 */
final class Show {
    private static final int RATE = 300;
    /** A value of {@code status_id}. */
    private static final int IN_REVIEW = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int seconds;
    private final Consumer<String> out;
    /**
     * The id of the one record that the receiver refuses until {@link #kind} is set; 0 before the first record has
     * come.
     */
    private final AtomicLong bad = new AtomicLong();

    private volatile boolean kind;

    Show(int seconds, Consumer<String> out) {
        this.seconds = seconds;
        this.out = out;
    }

    private Deed deed(int request, long[] ids) {
        if (kind) return Deed.ACCEPT;
        if (ids.length > 0) bad.compareAndSet(0, ids[ids.length / 2]);
        for (long id : ids) {
            if (id == bad.get()) return Deed.BAD_RECORD;
        }
        if (ids.length > 150) return Deed.TOO_LARGE;
        return switch (request % 13) {
            case 2 -> Deed.OVERLOADED;
            case 4 -> Deed.ACCEPT_AND_HANG_UP;
            case 6 -> Deed.SAY_FALSE;
            case 8 -> Deed.ACCEPT_AND_STAMMER;
            case 12 -> Deed.WAIT;
            default -> Deed.ACCEPT;
        };
    }

    Report run() throws Exception {
        try (Scratch state = Scratch.make();
                XEmulator x = XEmulator.builder().rule("cats", "cat").rate(RATE).start();
                Receiver receiver = new Receiver(this::deed);
                Sender sender = Sender.builder()
                        .stateDirectory(state.path())
                        .to(receiver.address())
                        .apiKey(() -> "no secret here")
                        .schedule(Schedule.hourly().withEvery(Duration.ofSeconds(1)))
                        .statusId(post -> IN_REVIEW)
                        .batch(200, 1 << 20)
                        .tries(3, Duration.ofMillis(100))
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .onEvent(this::tell)
                        .build()) {
            sender.start();
            long handled = receive(x, state, sender);
            settle(sender);
            long quarantined = sender.status().quarantined();
            kind = true;
            sender.resendAll();
            settle(sender);
            return report(handled, quarantined, receiver, sender);
        }
    }

    /**
     * Receives posts for some seconds. Returns how many posts the handler, which is the sender, has put into the
     * outbox.
     */
    private long receive(XEmulator x, Scratch state, Sender sender) throws InterruptedException {
        GaplessStream stream = GaplessStream.builder()
                .baseUrl(x.baseUri())
                .bearerToken(x.bearerToken())
                .access(Access.ENTERPRISE)
                .stateDirectory(state.path())
                .batchHandler(500, sender)
                .build();
        try (stream) {
            stream.start();
            TimeUnit.SECONDS.sleep(seconds);
            stream.close(Duration.ofSeconds(5));
            return stream.health().handled();
        }
    }

    private void settle(Sender sender) throws Exception {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        do {
            sender.sendOnce().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } while (sender.status().waitingRecords() > 0 && System.nanoTime() < untilNanos);
    }

    private void tell(SenderEvent event) {
        if (!(event instanceof SenderEvent.Collected)) out.accept(event.describe());
    }

    private static Report report(long handled, long quarantined, Receiver receiver, Sender sender) {
        Map<Long, Integer> times = receiver.times();
        long acknowledged = sender.history(10_000).stream()
                .mapToLong(SentInterval::acknowledged)
                .sum();
        long twice = times.values().stream().filter(often -> often > 1).count();
        Report report = new Report("Emulator → stream → outbox → receiver")
                .say("posts that the handler accepted", handled)
                .say("records received", times.size())
                .say("records acknowledged", acknowledged)
                .say("records received with two keys", twice)
                .say("records quarantined, and sent again later", quarantined)
                .say("requests", receiver.requests())
                .say("requests sent again because the answer was lost", receiver.known());
        receiver.deeds().forEach((deed, often) -> report.say("  " + deed, often));
        return report.must(handled > 0, "no post was received")
                .must(times.size() == handled, "the receiver does not have exactly the posts that the handler accepted")
                .must(acknowledged == handled, "not every record is acknowledged")
                .must(twice == 0, "records were received with two keys")
                .must(receiver.otherBytes() == 0, "a key was sent again with other bytes")
                .must(quarantined == 1, "the quarantine did not hold exactly the one bad record")
                .must(sender.status().quarantined() == 0, "the quarantine still holds records")
                .must(sender.status().waitingRecords() == 0, "records still wait");
    }
}
