package io.gapless.cli;

import io.gapless.recovery.outbox.Sender;
import io.gapless.recovery.outbox.SenderEvent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Sends posts on in batches, to a receiver that answers the first try of each batch in a different way. */
final class DemoSending implements DemoAct {
    private static final int BATCH_RECORDS = 25;
    private static final int BATCH_MAX_BYTES = 1 << 20;
    private static final int RECORDS = BATCH_RECORDS * DemoReceiver.FirstAnswer.values().length;
    /**
     * The sender's time limit for an answer. The demo waits for it in real time, since one answer of the receiver
     * really does not come.
     */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);
    /**
     * The time limit of the sending, by the clock that the demo moves. The clock moves less than this while batches are
     * sent.
     */
    private static final Duration CLOCK_FORWARD_MAX = Duration.ofDays(30);

    /** The number of acknowledged records, by the Idempotency-Key of their batch. The sender's thread fills the map. */
    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();

    @Override
    public String title() {
        return "Posts are sent on to a receiver that fails";
    }

    @Override
    public String subtitle() {
        return "A batch stays on disk and keeps its Idempotency-Key until it is acknowledged.";
    }

    @Override
    public void play(DemoStage stage) throws InterruptedException {
        stage.page().sendTable();
        try (DemoReceiver receiver = DemoReceiver.start();
                Sender sender = sender(receiver, stage)) {
            try {
                stage.open(settings -> settings.batchHandler(RECORDS, posts -> {
                    sender.onPosts(posts);
                    posts.forEach(stage.books()::onPost);
                }));
                send(sender, stage);
            } finally {
                stage.closeStream();
                stage.sent(receiver.account(RECORDS, acknowledged));
            }
            receiver.batches().forEach(batch -> stage.page().row(batch, acknowledged.getOrDefault(batch.key(), 0)));
        }
    }

    private Sender sender(DemoReceiver receiver, DemoStage stage) {
        return Sender.builder()
                .stateDirectory(stage.directory())
                .to(receiver.address())
                .batch(BATCH_RECORDS, BATCH_MAX_BYTES)
                .requestTimeout(REQUEST_TIMEOUT)
                .seams(seams -> seams.time(stage.time()))
                .onEvent(event -> {
                    stage.page().event(event.describe());
                    if (event instanceof SenderEvent.BatchAcknowledged it)
                        acknowledged.merge(it.key(), it.records(), Integer::sum);
                })
                .build();
    }

    private static void send(Sender sender, DemoStage stage) throws InterruptedException {
        stage.page().begin(RECORDS + " records in batches of " + BATCH_RECORDS);
        for (int i = 0; i < RECORDS; i++) stage.x().publish("A cat walks into the next room.");
        stage.await(() -> sender.status().waitingRecords() == RECORDS);
        // The demo moves the clock while the sender waits for an answer in real time. So an ordinary time limit would
        // expire at once.
        CompletableFuture<?> sent = sender.sendOnce(CLOCK_FORWARD_MAX);
        stage.forwardUntil(sent::isDone);
    }
}
