package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.PostShape;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.state.CutSource;
import io.gapless.recovery.state.SharedDatabase;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.post.Endpoint;
import io.gapless.stream.rules.RuleSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two hosts with one shared state, on a real PostgreSQL and over real sockets. */
class TwoHostsTest {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** So long that whoever waits for it has waited in vain. */
    private static final Duration LONG_LEASE = Duration.ofMinutes(10);

    private static final Duration SHORT_LEASE = Duration.ofSeconds(2);

    private final String name = "hosts" + ProcessHandle.current().pid() + "." + NAMES.incrementAndGet();
    private final XEmulator x = XEmulator.builder()
            .access(AccessLevel.ENTERPRISE)
            .shapes(PostShape.PLAIN)
            .topics("cat")
            .rule("cats", "cat")
            .rate(100)
            .withoutRateLimits()
            .start();
    /** What any host has handled, in order, as a sink that several hosts write to sees it. */
    private final List<Handled> sink = Collections.synchronizedList(new ArrayList<>());

    private final List<Host> hosts = new ArrayList<>();

    private record Handled(long term, long id) {}

    /** One process, as far as the database and X can tell. */
    private final class Host {
        final AtomicBoolean cut = new AtomicBoolean();
        final CountDownLatch standingBy = new CountDownLatch(1);
        final CountDownLatch tookOver = new CountDownLatch(1);
        final GaplessStream stream;
        private final AtomicInteger handled = new AtomicInteger();

        Host(Duration lease) {
            stream = GaplessStream.builder()
                    .bearerToken(x.bearerToken())
                    .baseUrl(x.baseUri())
                    .access(Access.ENTERPRISE)
                    .sharedState(CutSource.of(SharedDatabase.source(), cut::get), name)
                    .lease(lease)
                    .handler(post -> handle(post.id()))
                    .onEvent(this::onEvent)
                    .build();
            hosts.add(this);
            stream.start();
        }

        private void handle(long id) {
            sink.add(new Handled(stream.term(), id));
            handled.incrementAndGet();
        }

        private void onEvent(StreamEvent event) {
            if (event instanceof RecoveryEvent.StandingBy) standingBy.countDown();
            if (event instanceof RecoveryEvent.TookOver) tookOver.countDown();
        }

        void awaitHandled(int posts) throws InterruptedException {
            await(host -> host.handled.get() >= posts);
        }

        private void await(Predicate<Host> condition) throws InterruptedException {
            long start = System.nanoTime();
            CountDownLatch never = new CountDownLatch(1);
            while (!condition.test(this)) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
                assertThat(never.await(10, TimeUnit.MILLISECONDS)).isFalse();
            }
        }
    }

    @AfterEach
    void end() {
        hosts.forEach(host -> host.stream.close());
        x.close();
    }

    @Test
    void aHostThatIsClosedHandsOverAtOnceAndNothingComesTwice() throws Exception {
        Host first = new Host(LONG_LEASE);
        first.awaitHandled(50);
        Instant from = x.now();
        Host second = new Host(LONG_LEASE);
        assertThat(second.standingBy.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(second.stream.health().state()).isEqualTo(Health.State.STANDING_BY);
        assertThat(second.stream.term()).isZero();
        first.awaitHandled(150);
        first.stream.close(Duration.ofSeconds(5));
        second.awaitHandled(300);
        Instant until = x.now().minusSeconds(1);
        second.stream.close(Duration.ofSeconds(5));

        assertNothingIsLost(from, until);
        assertThat(times().values().stream().filter(times -> times > 1)).isEmpty();
        assertTermsOnlyGrow();
    }

    @Test
    void aHostThatIsCutOffFromTheDatabaseStopsIsTakenOverAndGivesUp() throws Exception {
        Host first = new Host(SHORT_LEASE);
        first.awaitHandled(50);
        Instant from = x.now();
        Host second = new Host(SHORT_LEASE);
        assertThat(second.standingBy.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        first.cut.set(true);
        assertThat(second.tookOver.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        second.awaitHandled(150);
        first.cut.set(false);
        assertThatThrownBy(() -> first.stream.awaitClose(PATIENCE))
                .isInstanceOfSatisfying(StreamException.class, e -> assertThat(e.reason())
                        .isEqualTo(StreamException.Reason.TAKEN_OVER));
        Instant until = x.now().minusSeconds(1);
        second.awaitHandled(400);
        second.stream.close(Duration.ofSeconds(5));

        assertNothingIsLost(from, until);
        assertTermsOnlyGrow();
    }

    @Test
    void aHostWhoseDatabaseIsAwayForAWhileGoesOnInTheSameTermAndOnTheSameConnection() throws Exception {
        Host only = new Host(SHORT_LEASE);
        only.awaitHandled(50);
        Instant from = x.now();
        long term = only.stream.term();
        only.cut.set(true);
        // Posts come, and none is handled any more.
        only.await(host -> host.stream.health().inboxPosts() > 200);
        only.cut.set(false);
        int before = only.handled.get();
        only.awaitHandled(before + 100);
        assertThat(only.stream.term()).isEqualTo(term);
        assertThat(x.connections()).hasSize(1);
        Instant until = x.now().minusSeconds(1);
        only.stream.close(Duration.ofSeconds(5));

        assertNothingIsLost(from, until);
    }

    @Test
    void afterAnOutageOfTheDatabaseForAllHostsTheHolderGoesOnInTheSameTerm() throws Exception {
        Host first = new Host(SHORT_LEASE);
        first.awaitHandled(50);
        Instant from = x.now();
        Host second = new Host(SHORT_LEASE);
        assertThat(second.standingBy.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        long term = first.stream.term();
        second.cut.set(true);
        first.cut.set(true);
        // At 100 posts/s, the lease has run out by far.
        first.await(host -> host.stream.health().inboxPosts() > 400);
        second.cut.set(false);
        first.cut.set(false);
        int before = first.handled.get();
        first.awaitHandled(before + 300);
        assertThat(first.stream.term()).isEqualTo(term);
        assertThat(second.stream.health().state()).isEqualTo(Health.State.STANDING_BY);
        assertThat(x.connections()).hasSize(1);
        Instant until = x.now().minusSeconds(1);
        first.stream.close(Duration.ofSeconds(5));
        assertNothingIsLost(from, until);
    }

    @Test
    void aStateOfAnotherStreamIsRefusedWhenItIsTaken() throws Exception {
        Host first = new Host(LONG_LEASE);
        first.awaitHandled(1);
        first.stream.close();
        assertRefused(ofAnotherStream(), "This state is of X's stream");
    }

    @Test
    void aStateOfAnotherStreamIsRefusedWhileAnotherHostHoldsIt() throws Exception {
        new Host(LONG_LEASE).awaitHandled(1);
        assertRefused(ofAnotherStream(), "This state is of X's stream");
    }

    @Test
    void aHostThatDeclaresOtherRulesIsRefusedWithWhatDiffersUntilTheHolderHasEnded() throws Exception {
        GaplessStream holder = started(other().rules(RuleSet.of("cats", "cat")));
        for (Instant start = Instant.now(); holder.term() == 0; Thread.onSpinWait())
            assertThat(start.plus(PATIENCE)).isAfter(Instant.now());
        assertRefused(
                other().rules(RuleSet.of("dogs", "dog")),
                "with other rules: only that one declares 'gapless:cats = cat'; only this one declares"
                        + " 'gapless:dogs = dog'");
        assertRefused(other(), "with other rules: that one declares rules, and this one does not");
        holder.close();
        try (GaplessStream next = started(other().rules(RuleSet.of("dogs", "dog")))) {
            assertThat(next.awaitClose(Duration.ofMillis(500))).isFalse();
        }
    }

    @Test
    void aHostThatHasNeverReachedTheDatabaseSaysThatItReceivesNothing() throws Exception {
        CompletableFuture<StreamEvent> unreachable = new CompletableFuture<>();
        try (GaplessStream stream = started(other().sharedState(CutSource.of(SharedDatabase.source(), () -> true), name)
                .onEvent(event -> {
                    if (event instanceof RecoveryEvent.SharedStateUnreachable) unreachable.complete(event);
                }))) {
            assertThat(unreachable.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).describe())
                    .contains("does not hold the stream and receives nothing", "Check that it runs")
                    .doesNotContain("..");
            assertThat(x.connections()).isEmpty();
        }
    }

    @Test
    void aHostWhoseTokenXRefusesSaysSoWhileItStandsBy() throws Exception {
        new Host(LONG_LEASE).awaitHandled(1);
        CompletableFuture<StreamEvent> unready = new CompletableFuture<>();
        try (GaplessStream standby = started(other().bearerToken("wrong").onEvent(event -> {
            if (event instanceof RecoveryEvent.StandbyUnready) unready.complete(event);
        }))) {
            assertThat(unready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).describe())
                    .contains("stands by, but could not ask X for its rules: HTTP 401");
            assertThat(standby.health().state()).isEqualTo(Health.State.STANDING_BY);
        }
    }

    @Test
    void aSlotThatXKeepsForADeadConnectionIsFreedByTheIdOfThatConnection() throws Exception {
        CompletableFuture<StreamEvent> ended = new CompletableFuture<>();
        try (XEmulator one = XEmulator.builder()
                        .access(AccessLevel.PAY_PER_USE)
                        .connectionLimit(1)
                        .zombieTime(Duration.ofHours(1))
                        .topics("cat")
                        .rule("cats", "cat")
                        .rate(50)
                        .start();
                GaplessStream stream = started(other().baseUrl(one.baseUri())
                        .bearerToken(one.bearerToken())
                        .access(Access.PAY_PER_USE)
                        .endStuckConnection()
                        .onEvent(event -> {
                            if (event instanceof RecoveryEvent.StuckConnectionEnded) ended.complete(event);
                        }))) {
            assertThat(one.awaitRequests(
                            seen -> seen.stream()
                                    .anyMatch(request -> request.path().equals("/2/connections")),
                            PATIENCE))
                    .isTrue();
            String first = one.connections().get(0).id();
            one.inject(Misbehaviour.RESET);
            assertThat(ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).describe())
                    .contains("end connection " + first)
                    .endsWith("X has ended it.");
            assertThat(one.awaitConnections(
                            seen -> seen.stream()
                                    .anyMatch(connection -> connection.open()
                                            && !connection.id().equals(first)),
                            PATIENCE))
                    .isTrue();
            assertThat(stream.health().state()).isNotEqualTo(Health.State.STANDING_BY);
        }
    }

    private GaplessStream.Builder other() {
        return GaplessStream.builder()
                .bearerToken(x.bearerToken())
                .baseUrl(x.baseUri())
                .access(Access.ENTERPRISE)
                .sharedState(SharedDatabase.source(), name)
                .handler(post -> {});
    }

    private GaplessStream.Builder ofAnotherStream() {
        return other().endpoint(Endpoint.SAMPLE_STREAM);
    }

    private static GaplessStream started(GaplessStream.Builder builder) {
        GaplessStream stream = builder.build();
        stream.start();
        return stream;
    }

    private static void assertRefused(GaplessStream.Builder builder, String why) {
        try (GaplessStream refused = started(builder)) {
            assertThatThrownBy(() -> refused.awaitClose(PATIENCE))
                    .isInstanceOfSatisfying(StreamException.class, e -> assertThat(e.reason())
                            .isEqualTo(StreamException.Reason.STATE_REFUSED))
                    .hasMessageContaining(why);
        }
    }

    private void assertNothingIsLost(Instant from, Instant until) {
        Set<Long> handled = sink.stream().map(Handled::id).collect(Collectors.toSet());
        Set<Long> expected = x.shouldHaveDelivered(from, until).stream()
                .map(ExpectedPost::id)
                .collect(Collectors.toSet());
        assertThat(expected.size()).isGreaterThan(50);
        expected.removeAll(handled);
        assertThat(expected).as("missing posts").isEmpty();
    }

    private Map<Long, Integer> times() {
        Map<Long, Integer> times = new HashMap<>();
        List.copyOf(sink).forEach(one -> times.merge(one.id(), 1, Integer::sum));
        return times;
    }

    /** No post of an older term comes after one of a newer term. */
    private void assertTermsOnlyGrow() {
        assertThat(List.copyOf(sink).stream().map(Handled::term)).isSorted();
    }
}
