package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who closes a sender, on real threads: anybody, several at once, interrupted, the listener. */
@Timeout(30)
class SenderCloseTest {
    @TempDir
    private Path directory;

    private final CountDownLatch mayClose = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);

    private Sender sender(List<Sender> closedByListener) {
        IntervalSource source = new IntervalSource() {
            @Override
            public Instant now() {
                return Instant.EPOCH.plusSeconds(1_000_000);
            }

            @Override
            public void records(Instant from, Instant until, RecordSink each) {}

            @Override
            public void close() {
                closing.countDown();
                try {
                    mayClose.await();
                } catch (InterruptedException e) {
                    throw new AssertionError("nobody interrupts the close", e);
                }
            }
        };
        return Sender.builder()
                .stateDirectory(directory)
                .to(URI.create("http://127.0.0.1:9"))
                .source(source)
                .onEvent(event -> {
                    for (Sender one : closedByListener) one.close();
                })
                .build();
    }

    private static FutureTask<Boolean> close(Sender sender, boolean interrupted) {
        return close(sender, interrupted, Duration.ofMinutes(1));
    }

    private static FutureTask<Boolean> close(Sender sender, boolean interrupted, Duration atMost) {
        FutureTask<Boolean> closed = new FutureTask<>(() -> {
            if (interrupted) Thread.currentThread().interrupt();
            sender.close(atMost);
            return Thread.currentThread().isInterrupted();
        });
        new Thread(closed, "closer").start();
        return closed;
    }

    @Test
    void eachCloserWaitsUntilItIsClosedAlsoTheSecondAndTheInterruptedOne() throws Exception {
        Sender sender = sender(List.of());
        FutureTask<Boolean> first = close(sender, true);
        closing.await();
        FutureTask<Boolean> second = close(sender, false);
        FutureTask<Boolean> third = close(sender, true, ChronoUnit.FOREVER.getDuration());
        sender.close(Duration.ZERO);
        assertThat(List.of(first.isDone(), second.isDone(), third.isDone())).containsOnly(false);

        mayClose.countDown();

        assertThat(first.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(second.get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(third.get(20, TimeUnit.SECONDS)).isTrue();
        sender.awaitClose();
        sender(List.of()).close();
    }

    @Test
    void aListenerThatClosesItsSenderWaitsForNothing() throws Exception {
        mayClose.countDown();
        List<Sender> own = new ArrayList<>();
        Sender sender = sender(own);
        own.add(sender);
        sender.start();

        sender.awaitClose();
        sender(List.of()).close();
    }
}
