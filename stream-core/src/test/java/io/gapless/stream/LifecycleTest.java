package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.stream.ScriptedTransport.Scripted;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.VirtualTime;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import io.gapless.stream.spi.Checkpoint;
import io.gapless.stream.spi.Overflow;
import io.gapless.stream.spi.Recovery;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Start, health and end of a stream, in every state. */
class LifecycleTest {
    private enum At {
        NEW(rig -> {}),
        SYNCING_RULES(Rig::start, true),
        CONNECTING(Rig::start),
        LIVE(Rig::live),
        BACKING_OFF(rig -> {
            rig.start().refuse(503, "");
        }),
        PARKED(rig -> {
            rig.start().refuse(402, "");
        });

        final Consumer<Rig> way;
        final boolean withRules;

        At(Consumer<Rig> way) {
            this(way, false);
        }

        At(Consumer<Rig> way, boolean withRules) {
            this.way = way;
            this.withRules = withRules;
        }

        Rig rig() {
            Rig rig = withRules ? new Rig(builder -> builder.rules(RuleSet.of("cats", "cat"))) : new Rig();
            way.accept(rig);
            return rig;
        }
    }

    @ParameterizedTest
    @EnumSource
    void healthTellsTheState(At at) {
        assertThat(at.rig().state().name()).isEqualTo(at.name());
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsTheStreamAndFreesTheSocketWithinASecond(At at) throws InterruptedException {
        Rig rig = at.rig();
        Instant before = rig.now();
        rig.stream.close();

        assertThat(Duration.between(before, rig.now())).isLessThan(Duration.ofSeconds(1));
        assertThat(rig.state()).isEqualTo(Health.State.CLOSED);
        assertThat(rig.events.last(StreamEvent.Closed.class).unhandled()).isZero();
        assertThat(rig.stream.awaitClose(Duration.ZERO)).isTrue();
        if (at != At.SYNCING_RULES) {
            assertThat(rig.x.opened()).allMatch(exchange -> exchange.cancelled || exchange.over);
        }
        int opened = rig.x.opened().size();
        rig.pass(Duration.ofHours(2));
        assertThat(rig.x.opened()).hasSize(opened);
        assertThat(rig.events.names()).endsWith("Closed");
    }

    @ParameterizedTest
    @EnumSource
    void closingTwiceIsClosingOnce(At at) {
        Rig rig = at.rig();
        rig.stream.close();
        rig.stream.close();
        rig.pass(Duration.ofSeconds(5));

        assertThat(rig.events.all(StreamEvent.Closed.class)).hasSize(1);
    }

    @Test
    void closingALiveStreamIsADisconnectionByUsAndNoOutage() {
        Rig rig = new Rig();
        rig.healthy().keepAlive();
        rig.stream.close();

        assertThat(rig.events.last(StreamEvent.Disconnected.class).how())
                .isEqualTo(new Disconnection.ClosedByUs("the stream was closed"));
        assertThat(rig.events.last(StreamEvent.Disconnected.class).lastSignalAt())
                .isEqualTo(rig.now());
        assertThat(rig.events.all(StreamEvent.OutageStarted.class)).isEmpty();
    }

    @Test
    void closingHandsOverWhatHasBeenReceived() {
        Rig rig = new Rig();
        Scripted x = rig.live();
        for (int id = 1; id <= 500; id++) x.post(id);
        rig.stream.close();

        assertThat(rig.posts).hasSize(500);
        assertThat(rig.events.last(StreamEvent.Closed.class).unhandled()).isZero();
    }

    @Test
    void whatTheHandlerDoesNotManageInTimeIsCounted() {
        Rig[] rig = new Rig[1];
        rig[0] = new Rig(builder -> builder.handler(post -> rig[0].time.sleep(Duration.ofMillis(100))));
        Scripted x = rig[0].live();
        for (int id = 1; id <= 20; id++) x.post(id);
        rig[0].stream.close(Duration.ofSeconds(1));

        assertThat(rig[0].stream.health().handled()).isBetween(9L, 13L);
        assertThat(rig[0].events.last(StreamEvent.Closed.class).unhandled())
                .isEqualTo(20 - rig[0].stream.health().handled());
    }

    @Test
    void aHandlerMayCloseTheStream() {
        Rig[] rig = new Rig[1];
        rig[0] = new Rig(builder -> builder.handler(post -> rig[0].stream.close()));
        rig[0].live().post(1);
        rig[0].pass(Duration.ofSeconds(2));

        assertThat(rig[0].state()).isEqualTo(Health.State.CLOSED);
        assertThat(rig[0].events.names()).endsWith("Closed");
    }

    @Test
    void aListenerMayCloseTheStream() {
        Rig[] rig = new Rig[1];
        List<StreamEvent> told = new ArrayList<>();
        rig[0] = new Rig(builder -> builder.onEvent(event -> {
            told.add(event);
            if (event instanceof StreamEvent.Connected) rig[0].stream.close();
        }));
        rig[0].live();
        rig[0].pass(Duration.ofSeconds(2));

        assertThat(rig[0].state()).isEqualTo(Health.State.CLOSED);
        assertThat(told.get(told.size() - 1)).isInstanceOf(StreamEvent.Closed.class);
    }

    @Test
    void aStreamThatHasGivenUpCanBeClosed() {
        Rig rig = new Rig();
        rig.start().refuse(404, "");
        rig.stream.close();

        assertThat(rig.state()).isEqualTo(Health.State.FAILED);
        assertThat(rig.events.names()).endsWith("ConnectFailed", "Failed", "Closed");
        assertThatThrownBy(rig.stream::awaitClose).isInstanceOf(StreamException.class);
    }

    @Test
    void aStreamIsStartedOnce() {
        Rig rig = new Rig().start();

        assertThatThrownBy(rig.stream::start).isInstanceOf(IllegalStateException.class);
        assertThat(rig.x.opened()).hasSize(1);
    }

    @Test
    void aClosedStreamIsNotStarted() {
        Rig rig = new Rig();
        rig.stream.close();

        assertThatThrownBy(rig.stream::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCloseThatComesWhileTheStreamIsBeingStartedClosesIt() throws Exception {
        FilteredStream[] stream = new FilteredStream[1];
        Thread closer = new Thread(() -> stream[0].close());
        Recovery closedMeanwhile = new Recovery() {
            @Override
            public void begin(Host host) {
                closer.start();
                Set<Thread.State> settled = Set.of(Thread.State.BLOCKED, Thread.State.TERMINATED);
                while (!settled.contains(closer.getState())) Thread.onSpinWait();
            }
        };
        Rig rig = new Rig(closedMeanwhile, Checkpoint.NONE);
        stream[0] = rig.stream;
        rig.stream.start();
        closer.join();
        rig.pass(Duration.ofMinutes(1));

        assertThat(rig.state()).isEqualTo(Health.State.CLOSED);
        assertThat(rig.x.opened()).allMatch(exchange -> exchange.cancelled);
        assertThat(rig.events.names()).endsWith("Closed");
    }

    @Test
    void aWaitOfCenturiesIsAWaitForEver() throws Exception {
        Rig rig = new Rig();
        rig.live();
        rig.stream.close();

        assertThat(rig.stream.awaitClose(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    }

    @Test
    void theNextTryIsNeverInThePast() {
        Rig rig = new Rig();
        rig.start().refuse(503, "");
        Instant planned = rig.stream.health().nextTryAt().orElseThrow();
        assertThat(planned).isAfter(rig.now());
        rig.time.jumpWallClock(Duration.ofHours(1));

        assertThat(rig.stream.health().nextTryAt()).contains(rig.now());
    }

    @Test
    void aLiveStreamHasNoNextTry() {
        Rig rig = new Rig(builder -> builder.connections(2));
        rig.live();
        rig.passSeconds(5);

        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
        assertThat(rig.stream.health().nextTryAt()).isEmpty();
    }

    @Test
    void healthTellsTheAgeOfTheLastByteWhenAsked() {
        Rig rig = new Rig();
        Scripted x = rig.live();
        rig.passSeconds(20);
        x.keepAlive();
        rig.passSeconds(1);

        assertThat(rig.stream.health().sinceLastSignal()).contains(Duration.ofSeconds(1));
        assertThat(rig.stream.health().sinceLastPost()).isEmpty();
        x.post(1);
        rig.passSeconds(3);
        assertThat(rig.stream.health().sinceLastSignal()).contains(Duration.ofSeconds(3));
        assertThat(rig.stream.health().sinceLastPost()).contains(Duration.ofSeconds(3));
    }

    @Test
    void healthTellsTheAgeOfTheLastByteAlsoInAnOutage() {
        Rig rig = new Rig();
        Scripted x = rig.healthy();
        x.keepAlive();
        x.end(Ending.Kind.RESET);
        rig.passSeconds(7);

        assertThat(rig.stream.health().sinceLastSignal()).contains(Duration.ofSeconds(7));
        assertThat(rig.stream.health().lastEnding()).get().isInstanceOf(Disconnection.Network.class);
    }

    @Test
    void healthOfANewStreamKnowsNothing() {
        Health health = new Rig().stream.health();

        assertThat(health.state()).isEqualTo(Health.State.NEW);
        assertThat(health.lastEnding()).isEmpty();
        assertThat(health.nextTryAt()).isEmpty();
        assertThat(health.sinceLastSignal()).isEmpty();
        assertThat(health.sinceLastPost()).isEmpty();
        assertThat(health.connectionsLive()).isZero();
        assertThat(health.connectsLeft()).isEqualTo(50);
    }

    @Test
    void healthCountsPosts() {
        Rig rig = new Rig();
        rig.live().post(1).post(1).post(2);
        rig.time.settle();

        Health health = rig.stream.health();
        assertThat(health.received()).isEqualTo(3);
        assertThat(health.handled()).isEqualTo(2);
        assertThat(health.duplicates()).isEqualTo(1);
        assertThat(health.connectionsLive()).isEqualTo(1);
        assertThat(health.since()).isEqualTo(Rig.START);
    }

    @Test
    void rulesAreSyncedBeforeTheFirstConnect() {
        Rig rig = new Rig(builder -> builder.rules(RuleSet.of("cats", "cat")));
        rig.start();
        Scripted list = rig.open();
        assertThat(list.request.uri().getPath()).isEqualTo("/2/tweets/search/stream/rules");
        list.refuse(200, "{\"data\":[{\"id\":\"1\",\"value\":\"cat\",\"tag\":\"gapless:cats\"}],\"meta\":{}}");
        rig.time.settle();

        assertThat(rig.open().request.uri().getPath()).isEqualTo("/2/tweets/search/stream");
        assertThat(rig.events.names()).startsWith("Started", "RulesSynced", "Connecting");
    }

    @Test
    void rulesThatCannotBeReadAreTriedAgainAndTheStreamConnectsAllTheSame() {
        Rig rig = new Rig(builder -> builder.rules(RuleSet.of("cats", "cat")));
        rig.start().refuse(503, "");
        assertThat(rig.events.last(StreamEvent.RulesNotSynced.class).nextTry()).isEqualTo(Duration.ofSeconds(5));
        rig.answered();
        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
        rig.passSeconds(5);

        assertThat(rig.open().request.uri().getPath()).endsWith("/rules");
        assertThat(rig.x.opened()).hasSize(3);
    }

    @Test
    void aTokenRefusedTwiceForTheRulesEndsTheStream() {
        Rig rig = new Rig(builder -> builder.rules(RuleSet.of("cats", "cat")));
        rig.start().refuse(401, "{\"title\":\"Unauthorized\"}");
        rig.refuse(401, "{\"title\":\"Unauthorized\"}");

        assertThat(rig.events.last(StreamEvent.Failed.class).failure().reason())
                .isEqualTo(StreamException.Reason.TOKEN_REFUSED);
    }

    @Test
    void withoutRulesOnXTheOnesOfTheBuilderAreSyncedAgain() {
        Rig rig = new Rig(builder -> builder.rules(RuleSet.of("cats", "cat")));
        String held = "{\"data\":[{\"id\":\"1\",\"value\":\"cat\",\"tag\":\"gapless:cats\"}],\"meta\":{}}";
        rig.start().refuse(200, held);
        rig.refuse(409, "{\"connection_issue\":\"RuleConfigurationIssue\"}");
        assertThat(rig.open().request.uri().getPath()).endsWith("/rules");
        rig.open().refuse(200, held);
        rig.passSeconds(6);

        assertThat(rig.open().request.uri().getPath()).endsWith("/stream");
        assertThat(rig.events.all(StreamEvent.RulesSynced.class)).hasSize(2);
        assertThat(rig.events.all(StreamEvent.NoRules.class)).isEmpty();
    }

    @Test
    void aWordThatComesBeforeTheStreamKnowsItsWorkerIsHeard() {
        VirtualTime virtual = new VirtualTime(Rig.START);
        ScriptedTransport x = new ScriptedTransport(virtual);
        x.script(exchange -> exchange.answer(200).keepAlive());
        try (FilteredStream stream = FilteredStream.builder()
                .bearerToken("token")
                .handler(post -> {})
                .seams(s -> s.transport(x).time(new HastyTime(virtual)))
                .build()) {
            stream.start();
            virtual.settle();

            assertThat(stream.health().state()).isEqualTo(Health.State.LIVE);
        }
    }

    @Test
    void aStreamThatIsNotBuiltLeavesNothingBehind() {
        List<String> startedWorkers = new ArrayList<>();
        Time time = new HastyTime(new VirtualTime(Rig.START)) {
            @Override
            public Worker start(String name, Work work, Consumer<Throwable> died) {
                startedWorkers.add(name);
                return super.start(name, work, died);
            }
        };

        assertThatThrownBy(() -> FilteredStream.builder()
                        .seams(s -> s.time(time))
                        .handler(post -> {})
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bearerToken");
        assertThatThrownBy(() -> FilteredStream.builder()
                        .seams(s -> s.time(time))
                        .bearerToken("t")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("handler");
        assertThatThrownBy(() -> FilteredStream.builder()
                        .seams(s -> s.time(time))
                        .bearerToken("t")
                        .handler(post -> {})
                        .baseUrl(URI.create("http://example.com"))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https");
        assertThat(startedWorkers).isEmpty();
    }

    /** A wire that does nothing by itself, not even end; the test may play X on it, also when nobody listens any more. */
    private static final class HeldWire implements Transport {
        final BlockingQueue<Receiver> opened = new LinkedBlockingQueue<>();

        @Override
        public Exchange open(Request request, Receiver receiver) {
            opened.add(receiver);
            return new Exchange() {
                @Override
                public void resume() {}

                @Override
                public void cancel() {}
            };
        }

        @Override
        public void close() {}

        static void post(Receiver receiver, int id) {
            byte[] line = ("{\"data\":{\"id\":\"" + id + "\"}}\r\n").getBytes(StandardCharsets.UTF_8);
            receiver.bytes(line, line.length, System.nanoTime());
        }
    }

    @Test
    void theHeaderTimeoutEndsAnAttemptWhateverHangs() {
        VirtualTime virtual = new VirtualTime(Rig.START);
        HeldWire x = new HeldWire();
        List<StreamEvent> told = new ArrayList<>();
        try (FilteredStream stream = FilteredStream.builder()
                .bearerToken("token")
                .handler(post -> {})
                .onEvent(told::add)
                .seams(s -> s.transport(x).time(virtual))
                .build()) {
            stream.start();
            virtual.advance(Duration.ofSeconds(22));

            assertThat(told)
                    .filteredOn(StreamEvent.ConnectFailed.class::isInstance)
                    .singleElement()
                    .satisfies(event -> assertThat(event.describe()).contains("no answer within 20 s"));
            virtual.advance(Duration.ofMinutes(10));
            assertThat(x.opened).hasSizeGreaterThan(5);
        }
    }

    /** A time whose workers have done their first steps before whoever started them goes on, as real threads may. */
    private static class HastyTime implements Time {
        private final VirtualTime virtual;

        HastyTime(VirtualTime virtual) {
            this.virtual = virtual;
        }

        @Override
        public Instant instant() {
            return virtual.instant();
        }

        @Override
        public long nanoTime() {
            return virtual.nanoTime();
        }

        @Override
        public Worker start(String name, Work work, Consumer<Throwable> died) {
            Worker worker = virtual.start(name, work, died);
            virtual.settle();
            return worker;
        }

        @Override
        public Alarm after(Duration delay, Runnable action) {
            return virtual.after(delay, action);
        }
    }

    @Test
    void aHandlerThatWaitsForACheckpointThatIsNeverReadyEndsWithTheStream() {
        int[] asked = {0};
        Checkpoint never = new Checkpoint() {
            @Override
            public boolean isReady(Origin origin) {
                asked[0]++;
                return false;
            }

            @Override
            public void acknowledged(List<Post> posts) {}

            @Override
            public void deadLettered(Post post, Throwable cause) {}
        };
        Rig waiting = new Rig(Recovery.NONE, never);
        waiting.live();
        waiting.stream.close();
        waiting.passSeconds(5);
        int askedBefore = asked[0];
        waiting.passSeconds(60);

        assertThat(asked[0]).isEqualTo(askedBefore).isPositive();
    }

    @Test
    void theHandlerIsThereAsLongAsAConnectionMayBringPosts() throws Exception {
        HeldWire x = new HeldWire();
        BlockingQueue<Thread> handling = new LinkedBlockingQueue<>();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean hold = new AtomicBoolean();
        Recovery slow = new Recovery() {
            @Override
            public long step(long nowNanos) {
                if (!hold.get()) return 1;
                held.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return UNTIL_WOKEN;
            }
        };
        FilteredStream.Builder builder = FilteredStream.builder()
                .bearerToken("token")
                .handler(post -> handling.add(Thread.currentThread()))
                .seams(s -> s.transport(x));
        FilteredStream stream = FilteredStream.of(builder, slow, Checkpoint.NONE, Overflow.NONE, () -> {});
        stream.start();
        Transport.Receiver receiver = x.opened.take();
        receiver.answered(new Head(200, Map.of()), System.nanoTime());
        HeldWire.post(receiver, 1);
        Thread handler = handling.take();
        hold.set(true);
        held.await();
        Thread closer = new Thread(() -> stream.close(Duration.ofSeconds(20)));
        closer.start();
        handler.join(500);
        assertThat(handler.isAlive()).as("the connection is still open").isTrue();
        HeldWire.post(receiver, 2);
        goOn.countDown();
        closer.join();

        assertThat(handling).hasSize(1);
        assertThat(stream.health().handled())
                .isEqualTo(stream.health().received())
                .isEqualTo(2);
        HeldWire.post(receiver, 3);
        assertThat(stream.health().received()).as("nothing after the end").isEqualTo(2);
    }
}
