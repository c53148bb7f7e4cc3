package io.gapless.stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.ConnectionEnd;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.Connected;
import io.gapless.stream.event.StreamEvent.DeadLettered;
import io.gapless.stream.event.StreamEvent.Disconnected;
import io.gapless.stream.event.StreamEvent.HandlerDown;
import io.gapless.stream.event.StreamEvent.HandlerFailed;
import io.gapless.stream.event.StreamEvent.HandlerUp;
import io.gapless.stream.event.StreamEvent.OutageEnded;
import io.gapless.stream.event.StreamEvent.ReadingPaused;
import io.gapless.stream.event.StreamEvent.ReadingResumed;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.PostHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the stream does when the handler is slow or fails. */
class HandlerTest {
    private static final int INBOX_BYTES = 64 * 1024;
    /** One read brings at most so many bytes of posts more than there is room. */
    private static final int OVERSHOOT_BYTES = 2 * 64 * 1024;

    private static final int SPEED = 50;

    @AutoClose
    private final Streams streams = new Streams();

    private final XEmulator x = streams.x;
    private final Recorder recorder = streams.recorder;

    @Test
    void whileTheHandlerBlocksReadingStopsAndNoStallIsToldAndAfterwardsNothingIsMissing() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        TimeMachine time = new TimeMachine();
        FilteredStream stream = streams.in(time).connect(builder -> builder.inboxMaxBytes(INBOX_BYTES)
                .stallTimeout(Duration.ofSeconds(5))
                .handler(after(released)));
        List<Long> published = publish(x, 1_000);

        ReadingPaused paused = recorder.await(ReadingPaused.class);
        time.forward(Duration.ofMinutes(1));

        assertThat(paused.heldBytes()).isBetween((long) INBOX_BYTES, (long) INBOX_BYTES + OVERSHOOT_BYTES);
        assertThat(stream.health().inboxBytes()).isLessThanOrEqualTo(INBOX_BYTES + OVERSHOOT_BYTES);
        assertThat(stream.health().received()).isLessThan(published.size());
        assertThat(recorder.ids()).isEmpty();

        released.countDown();

        assertThat(recorder.await(ReadingResumed.class).length()).isGreaterThan(Duration.ofMinutes(1));
        recorder.awaitPosts(published.size());
        assertThat(recorder.ids()).isEqualTo(published);
        assertThat(recorder.events(Disconnected.class)).isEmpty();
        Waits.awaitHealth(stream, Health::inboxPosts, 0);
    }

    @Test
    void whenXCutsUsOffAsASlowReaderTheOutageSaysSo() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        XEmulator strict = streams.from(
                XEmulator.builder().slowReaderAfter(Duration.ofSeconds(1)).rule("cats", "cat"));
        streams.connect(builder -> builder.inboxMaxBytes(INBOX_BYTES).handler(after(released)));
        // More than the sockets of both sides hold.
        String text = "x".repeat(500_000);
        for (int id = 1; id <= 40; id++) {
            strict.sendLine("{\"data\":{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}}");
        }
        recorder.await(ReadingPaused.class);
        assertThat(strict.awaitConnectionsOpen(0, Recorder.SOON)).isTrue();
        assertThat(strict.connections().get(0).end()).isEqualTo(ConnectionEnd.SLOW_READER);

        released.countDown();

        assertThat(recorder.await(OutageEnded.class).outage().slowReader()).isTrue();
        assertThat(recorder.events(Disconnected.class)).hasSize(1);
    }

    private PostHandler after(CountDownLatch released) {
        return post -> {
            released.await();
            recorder.onPost(post);
        };
    }

    private static List<Long> publish(XEmulator x, int count) {
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) ids.add(x.publish("a cat " + i + " " + "and so on ".repeat(20)));
        return ids;
    }

    @Test
    void aPostAtWhichTheHandlerThrowsComesAgain() throws Exception {
        AtomicBoolean thrown = new AtomicBoolean();
        TimeMachine time = new TimeMachine(SPEED);
        streams.in(time)
                .connect(builder -> builder.handler(post -> {
                    if (thrown.compareAndSet(false, true)) throw new IllegalStateException("not yet");
                    recorder.onPost(post);
                }));

        long id = x.publish("a cat");

        recorder.awaitPost(id);
        HandlerFailed failed = recorder.await(HandlerFailed.class);
        assertThat(failed.postId()).isEqualTo(id);
        assertThat(failed.attempt()).isEqualTo(1);
        assertThat(failed.cause()).hasMessage("not yet");
    }

    @Test
    void aPostThatCannotBeHandledGoesToTheDeadLettersAndTheOthersAreHandled() throws Exception {
        ConcurrentMap<Post, Throwable> kept = new ConcurrentHashMap<>();
        TimeMachine time = new TimeMachine(SPEED);
        FilteredStream stream = streams.in(time).connect(builder -> builder.handler(post -> {
                    if (post.text().contains("bad")) throw new IllegalArgumentException("bad cat");
                    recorder.onPost(post);
                })
                .deadLetters(kept::put));

        long bad = x.publish("a bad cat");
        List<Long> good = new ArrayList<>();
        // A try counts if another post has succeeded since the one before it. Events may come late: a failure seen
        // after a success may have happened before it.
        while (recorder.events(DeadLettered.class).isEmpty()) {
            assertThat(good).hasSizeLessThan(50);
            good.addAll(publish(x, 1));
            recorder.awaitPosts(good.size());
            int tries = recorder.events(HandlerFailed.class).size();
            recorder.await(
                    StreamEvent.class,
                    event -> event instanceof DeadLettered
                            || event instanceof HandlerFailed failed && failed.attempt() > tries);
        }

        DeadLettered dead = recorder.events(DeadLettered.class).get(0);
        assertThat(dead.post().id()).isEqualTo(bad);
        assertThat(kept).containsOnlyKeys(dead.post()).containsValue(dead.cause());
        recorder.awaitPosts(good.size());
        assertThat(recorder.ids()).isEqualTo(good);
        Waits.awaitHealth(stream, Health::deadLettered, 1L);
        Waits.awaitHealth(stream, Health::handled, (long) good.size());
    }

    @Test
    void aHandlerThatFailsForEveryPostIsDownAndNothingIsDeadLetteredUntilItWorksAgain() throws Exception {
        AtomicBoolean works = new AtomicBoolean();
        TimeMachine time = new TimeMachine(10 * SPEED);
        FilteredStream stream = streams.in(time)
                .connect(builder -> builder.handler(post -> {
                    if (!works.get()) throw new IllegalStateException("the database is away");
                    recorder.onPost(post);
                }));
        List<Long> published = publish(x, 8);

        assertThat(recorder.await(HandlerDown.class).cause()).hasMessage("the database is away");
        assertThat(stream.health().handlerDown()).isTrue();
        works.set(true);

        recorder.await(HandlerUp.class);
        recorder.awaitPosts(published.size());
        assertThat(recorder.ids()).containsExactlyInAnyOrderElementsOf(published);
        assertThat(recorder.events(DeadLettered.class)).isEmpty();
    }

    @Test
    void aBatchHandlerIsGivenWhatHasCome() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        LinkedBlockingQueue<List<Post>> batches = new LinkedBlockingQueue<>();
        FilteredStream stream = streams.connect(builder -> builder.batchHandler(100, posts -> {
            batches.add(posts);
            released.await();
        }));
        long first = x.publish("a cat");
        assertThat(batches.poll(Recorder.SOON.toSeconds(), TimeUnit.SECONDS))
                .extracting(Post::id)
                .containsExactly(first);
        List<Long> published = publish(x, 5);
        while (stream.health().received() < 6) Thread.onSpinWait();

        released.countDown();

        assertThat(batches.poll(Recorder.SOON.toSeconds(), TimeUnit.SECONDS))
                .extracting(Post::id)
                .isEqualTo(published);
    }

    @Test
    void aListenerThatThrowsDoesNoHarm() throws Exception {
        streams.start(builder -> builder.onEvent(event -> {
            recorder.onEvent(event);
            throw new IllegalStateException("listener");
        }));

        recorder.await(Connected.class);
        recorder.awaitPost(x.publish("a cat"));
    }
}
