package io.gapless.stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.emulator.ConnectionEnd;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent.Closed;
import io.gapless.stream.event.StreamEvent.Connected;
import io.gapless.stream.event.StreamEvent.Disconnected;
import io.gapless.stream.event.StreamEvent.Failed;
import io.gapless.stream.event.StreamEvent.ReadingPaused;
import io.gapless.stream.event.StreamEvent.Waiting;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.seam.RawServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing is quick in every state, frees X's slot, and is the last word. */
@Timeout(60)
class CloseTest {
    private static final String SHARED_ALARMS = "gapless-alarms";

    @AutoClose
    private final Streams streams = new Streams();

    private final XEmulator x = streams.x;
    private final Recorder recorder = streams.recorder;

    /** Closes within a second, which is what the stream promises. */
    private void assertClosesInTime(FilteredStream stream) {
        long beganNanos = System.nanoTime();
        stream.close();
        assertThat(Duration.ofNanos(System.nanoTime() - beganNanos)).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(stream.health().state()).isEqualTo(Health.State.CLOSED);
    }

    @Test
    void whileItStreamsTheServerSeesTheSocketClosed() throws Exception {
        FilteredStream stream = streams.connect();
        recorder.awaitPost(x.publish("a cat"));

        assertClosesInTime(stream);

        assertThat(x.awaitConnectionsOpen(0, Recorder.SOON)).isTrue();
        assertThat(x.connections().get(0).end()).isIn(ConnectionEnd.CLIENT_CLOSED, ConnectionEnd.CLIENT_RESET);
        recorder.await(Disconnected.class);
        assertThat(recorder.await(Closed.class).unhandled()).isZero();
    }

    @Test
    void whileItConnectsToAServerThatNeverAnswersTheServerSeesTheSocketClosed() throws Exception {
        try (RawServer server = RawServer.start(RawServer.Peer::readHead)) {
            FilteredStream stream = streams.start(server.uri());
            RawServer.Peer peer = server.nextPeer();
            peer.head();

            assertClosesInTime(stream);

            peer.awaitGone();
        }
    }

    @Test
    void atAnyMomentOfAConnectTheServerSeesTheSocketClosed() throws Exception {
        for (int round = 0; round < 50; round++) {
            FilteredStream stream = streams.start();
            long untilNanos = System.nanoTime() + round * 300_000L;
            while (System.nanoTime() < untilNanos) Thread.onSpinWait();
            stream.close();
            assertThat(x.awaitConnectionsOpen(0, Recorder.SOON))
                    .as("after %d00 µs", 3 * round)
                    .isTrue();
        }
    }

    @Test
    void whileItSyncsRulesWithAServerThatNeverAnswersTheServerSeesTheSocketClosed() throws Exception {
        try (RawServer server = RawServer.start(RawServer.Peer::readHead)) {
            FilteredStream stream = streams.start(server.uri(), builder -> builder.rules(RuleSet.of("cats", "cat")));
            RawServer.Peer peer = server.nextPeer();
            peer.head();

            assertClosesInTime(stream);

            peer.awaitGone();
        }
    }

    @Test
    void whileItBacksOffItClosesInTime() throws Exception {
        x.inject(Misbehaviour.STATUS_503_EMPTY);
        FilteredStream stream = streams.start();
        recorder.await(Waiting.class);

        assertClosesInTime(stream);

        assertThat(x.requests()).hasSize(1);
    }

    @Test
    void whileTheHandlerBlocksItClosesInTimeAndInterruptsTheHandler() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        FilteredStream stream = streams.connect(builder -> builder.handler(post -> {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }));
        x.publish("a cat");
        entered.await();

        assertClosesInTime(stream);

        assertThat(interrupted.await(Recorder.SOON.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(x.awaitConnectionsOpen(0, Recorder.SOON)).isTrue();
        assertThat(recorder.await(Closed.class).unhandled()).isEqualTo(1);
    }

    @Test
    void whileTheHandlerIgnoresInterruptsItClosesInTime() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try {
            FilteredStream stream = streams.connect(builder -> builder.handler(post -> {
                entered.countDown();
                Waits.awaitWhateverHappens(released);
            }));
            x.publish("a cat");
            entered.await();

            assertClosesInTime(stream);

            assertThat(x.awaitConnectionsOpen(0, Recorder.SOON)).isTrue();
        } finally {
            released.countDown();
        }
    }

    @Test
    void whileTheListenerBlocksItClosesInTime() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try {
            FilteredStream stream = streams.start(builder -> builder.onEvent(event -> {
                entered.countDown();
                Waits.awaitWhateverHappens(released);
            }));
            entered.await();
            assertThat(x.awaitConnectionsOpen(1, Recorder.SOON)).isTrue();

            assertClosesInTime(stream);

            assertThat(x.awaitConnectionsOpen(0, Recorder.SOON)).isTrue();
        } finally {
            released.countDown();
        }
    }

    @Test
    void whileReadingIsPausedItClosesInTimeAndTheServerSeesTheSocketClosed() throws Exception {
        FilteredStream stream = streams.connect(
                builder -> builder.inboxMaxBytes(64 * 1024).handler(post -> new CountDownLatch(1).await()));
        for (int i = 0; i < 500; i++) x.publish("a cat " + "and so on ".repeat(20));
        recorder.await(ReadingPaused.class);

        assertClosesInTime(stream);

        assertThat(x.awaitConnectionsOpen(0, Recorder.SOON)).isTrue();
        assertThat(recorder.await(Closed.class).unhandled()).isPositive();
    }

    @Test
    void whileTheTokenSupplierBlocksItClosesInTime() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        FilteredStream stream = streams.start(builder -> builder.bearerToken(() -> {
            asked.countDown();
            Waits.awaitWhateverHappens(released);
            return x.bearerToken();
        }));
        asked.await();

        assertClosesInTime(stream);
        released.countDown();

        assertThat(x.requests()).isEmpty();
    }

    @Test
    void aStreamThatWasNeverStartedClosesToo() throws Exception {
        FilteredStream stream =
                FilteredStream.builder().bearerToken("token").handler(recorder).build();
        stream.close();

        stream.awaitClose();
        assertThatThrownBy(stream::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Build a new one");
    }

    @Test
    void closingWakesWhoeverAwaitsIt() throws Exception {
        FilteredStream stream = streams.connect();
        assertThat(stream.awaitClose(Duration.ofMillis(1))).isFalse();
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return stream.awaitClose(Duration.ofSeconds(Long.MAX_VALUE));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        stream.close();

        assertThat(waiting.get(Recorder.SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aDrainOfCenturiesAndOneBelowZeroAreTakenAsTheyAreMeant() throws Exception {
        for (Duration drain : List.of(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofSeconds(Long.MIN_VALUE))) {
            FilteredStream stream = streams.connect();
            assertThat(stream.awaitClose(Duration.ofSeconds(Long.MIN_VALUE))).isFalse();

            stream.close(drain);

            assertThat(recorder.await(Closed.class).unhandled()).isZero();
            assertThat(stream.awaitClose(drain)).isTrue();
        }
    }

    @Test
    void closingTwiceIsClosingOnceAndClosedIsTheLastEvent() throws Exception {
        FilteredStream stream = streams.connect();

        List<CompletableFuture<Void>> closers =
                List.of(CompletableFuture.runAsync(stream::close), CompletableFuture.runAsync(stream::close));
        for (CompletableFuture<Void> closer : closers) closer.get(Recorder.SOON.toSeconds(), TimeUnit.SECONDS);
        stream.close();

        recorder.await(Closed.class);
        x.publish("a cat that is too late");
        assertThat(recorder.events()).last().isInstanceOf(Closed.class);
        assertThat(recorder.events(Closed.class)).hasSize(1);
        assertThat(recorder.ids()).isEmpty();
    }

    @Test
    void whatHasBeenReceivedIsHandledBeforeTheEnd() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        FilteredStream stream = streams.connect(builder -> builder.handler(post -> {
            released.await();
            recorder.onPost(post);
        }));
        for (int i = 0; i < 100; i++) x.publish("a cat");
        while (stream.health().received() < 100) Thread.onSpinWait();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> stream.close(Duration.ofSeconds(30)));
        assertThat(x.awaitConnectionsOpen(0, Recorder.SOON)).isTrue();

        released.countDown();

        closing.get(Recorder.SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(recorder.await(Closed.class).unhandled()).isZero();
        assertThat(recorder.ids()).hasSize(100);
    }

    @Test
    void theHandlerMayCloseTheStream() throws Exception {
        CompletableFuture<FilteredStream> itself = new CompletableFuture<>();
        FilteredStream stream =
                streams.connect(builder -> builder.handler(post -> itself.get().close()));
        itself.complete(stream);

        x.publish("a cat");

        recorder.await(Closed.class);
        assertThat(stream.awaitClose(Recorder.SOON)).isTrue();
    }

    @Test
    void theListenerMayCloseTheStream() throws Exception {
        CompletableFuture<FilteredStream> itself = new CompletableFuture<>();
        FilteredStream stream = streams.start(builder -> builder.onEvent(event -> {
            recorder.onEvent(event);
            if (event instanceof Connected) itself.join().close();
        }));
        itself.complete(stream);

        recorder.await(Closed.class);
        assertThat(stream.awaitClose(Recorder.SOON)).isTrue();
    }

    @Test
    void aStreamThatHasGivenUpStillSaysWhyAfterItIsClosed() throws Exception {
        x.inject(Misbehaviour.FORBIDDEN);
        FilteredStream stream = streams.start();
        recorder.await(Failed.class);

        stream.close();

        recorder.await(Closed.class);
        assertThatThrownBy(stream::awaitClose).isInstanceOf(StreamException.class);
        assertThat(stream.health().state()).isEqualTo(Health.State.FAILED);
    }

    @Test
    void afterFiftyConnectsAndACloseNoThreadAndNoSocketIsLeft() throws Exception {
        int drops = 49;
        XEmulator lenient = streams.from(XEmulator.builder()
                .keepAlive(Duration.ofMillis(2))
                .withoutRateLimits()
                .rule("cats", "cat"));
        FilteredStream stream = streams.start(builder -> builder.connectBudget(200));
        for (int drop = 1; drop <= drops; drop++) {
            recorder.await(Connected.class);
            recorder.awaitPost(lenient.publish("a cat"));
            lenient.inject(drop % 2 == 0 ? Misbehaviour.EOF : Misbehaviour.RESET);
        }
        recorder.await(Connected.class);

        stream.close();

        assertThat(lenient.requests()).hasSize(drops + 1);
        assertThat(lenient.awaitConnectionsOpen(0, Recorder.SOON)).isTrue();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!thread.getName().startsWith("gapless-") || thread.getName().equals(SHARED_ALARMS)) continue;
            thread.join(Recorder.SOON.toMillis());
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
    }

    @Test
    void aCloseBesideAnotherOneWaitsUntilThatIsDone() throws Exception {
        CountDownLatch handling = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        FilteredStream stream = streams.connect(builder -> builder.handler(post -> {
            handling.countDown();
            goOn.await();
        }));
        x.publish("a cat");
        handling.await();

        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> stream.close(Duration.ofMinutes(1)));
        while (stream.health().state() != Health.State.CLOSED) Thread.onSpinWait();
        Thread second = new Thread(stream::close);
        second.start();
        while (second.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
        assertThat(stream.awaitClose(Duration.ofMillis(1))).isFalse();
        assertThat(stream.health().handled()).isZero();
        goOn.countDown();
        second.join();
        first.join();

        assertThat(stream.health().handled()).isEqualTo(1);
        assertThat(stream.awaitClose(Duration.ZERO)).isTrue();
    }
}
