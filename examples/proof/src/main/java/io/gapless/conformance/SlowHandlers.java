package io.gapless.conformance;

import io.gapless.proof.kit.Text;
import io.gapless.receiver.Report;
import io.gapless.stream.event.StreamEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Plays the rows of the conformance table in which the user's handler is too slow. */
final class SlowHandlers {
    private static final int POSTS = 2_000;
    private static final int INBOX_BYTES = 64 * 1024;
    private static final long HANDLER_NANOS = Duration.ofMillis(1).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private SlowHandlers() {}

    static List<Scenario> rows() {
        return List.of(new Scenario("slow consumer, queue of ~100 posts", timing -> slowConsumer()));
    }

    private static Report slowConsumer() throws InterruptedException {
        CountDownLatch unhandled = new CountDownLatch(POSTS);
        try (StreamLab lab = new StreamLab(StreamLab.emulator(), settings -> settings.inboxMaxBytes(INBOX_BYTES)
                .handler(post -> {
                    LockSupport.parkNanos(HANDLER_NANOS);
                    unhandled.countDown();
                }))) {
            lab.start();
            lab.await(StreamEvent.Connected.class, PATIENCE);
            for (int i = 0; i < POSTS; i++) lab.x().publish("cat " + i);
            unhandled.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            lab.stream().close();
            int pauses = lab.events(StreamEvent.ReadingPaused.class).size();
            boolean stayed = lab.events(StreamEvent.Connected.class).size() == 1;
            return new Report(Text.of(
                            "0 of %,d dropped: the inbox (64 KiB here, 16 MiB by default) is full, reading pauses with an"
                                    + " event (%d times), TCP holds X back",
                            POSTS, pauses))
                    .must(unhandled.getCount() == 0, "hands over all, not " + unhandled.getCount() + " fewer")
                    .must(pauses > 0, "says that it stops reading")
                    .must(stayed, "stays connected");
        }
    }
}
