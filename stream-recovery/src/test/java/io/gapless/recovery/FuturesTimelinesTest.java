package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.RecoveryQuote;
import io.gapless.recovery.state.RequestAnswer;
import io.gapless.recovery.state.StoreRequest;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever waits for the stream's thread or for the store is answered, whatever becomes of both. */
class FuturesTimelinesTest {
    private final World world = World.payPerUse();

    private void assertEnded(CompletableFuture<?> future) {
        assertThat(future)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IllegalStateException.class)
                .withMessageContaining("The stream has ended");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-11-22T11:00:00Z | +1000000000-12-31T23:59:59.999999999Z | arrives live",
                "2026-11-22T13:00:00Z | 2026-11-22T13:10:00Z                  | arrives live",
                "-1000000000-01-01T00:00:00Z | 2026-11-22T12:00:00Z           | before X's first post",
                "2026-11-01T11:00:00Z | 2026-11-15T11:00:00Z                  | younger than 7 days",
                "2026-11-22T11:00:00Z | 2026-11-22T11:00:00Z                  | is empty"
            })
    void aSpanThatNobodyCanRecoverIsRefusedAtTheDoor(Instant from, Instant until, String why) {
        world.start();
        assertThatThrownBy(() -> world.stream().recover(from, until))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
        assertThatThrownBy(() -> world.stream().quote(from, until))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
        world.passMinutes(5);
        assertThat(world.stream().health().state()).isEqualTo(Health.State.LIVE);
        assertThat(world.gaps()).isEmpty();
    }

    @Test
    void withTheArchiveAnOldSpanCanBeRecovered() {
        World archive = new World(builder -> builder.access(Access.PAY_PER_USE).archiveSearch(true));
        archive.start();
        Instant from = Instant.parse("2026-11-01T11:00:00Z");
        CompletableFuture<Gap> gap = archive.stream().recover(from, from.plusSeconds(60));
        archive.passSeconds(1);
        assertThat(gap).isCompletedWithValueMatching(Gap::isOpen);
    }

    @Test
    void aRecoverOfAStreamThatWasNotStartedOrHasEndedFails() {
        world.start();
        world.stream().close();
        assertEnded(world.stream().recover(START.minusSeconds(60), START));
        assertEnded(world.stream().quote(START.minusSeconds(60), START));
    }

    @Test
    void whatIsUnderWayWhenTheStreamClosesFails() {
        // Nothing of the rules is ever answered.
        world.x.meddler = request ->
                request.path().endsWith("/rules") ? Optional.of(SimulatedX.Refusal.of(503, "")) : Optional.empty();
        world.x.answersAfter = Duration.ofDays(1);
        world.start();
        CompletableFuture<RecoveryQuote> quote = world.stream().quote(START.minusSeconds(60), START);
        world.passSeconds(5);
        assertThat(quote).isNotDone();
        world.stream().close();
        assertEnded(quote);
    }

    @Test
    void whatIsUnderWayWhenTheStreamDiesFails() {
        world.x.answersAfter = Duration.ofDays(1);
        world.start();
        CompletableFuture<RecoveryQuote> quote = world.stream().quote(START.minusSeconds(60), START);
        world.passSeconds(5);
        assertThat(quote).isNotDone();
        Error deadly = new OutOfMemoryError("on purpose");
        world.disk.throwInNextCommit(deadly);
        assertThatThrownBy(() -> world.passSeconds(10)).isSameAs(deadly);
        world.passSeconds(1);
        assertEnded(quote);
        assertEnded(world.stream().recover(START.minusSeconds(60), START));
    }

    /** Between the end of the stream and the end of its closing, too. */
    @Test
    void aRecoverFromTheLastEventFails() {
        List<CompletableFuture<Gap>> asked = new ArrayList<>();
        World own = new World(builder -> builder.access(Access.PAY_PER_USE));
        World listening =
                new World(builder -> builder.access(Access.PAY_PER_USE).onEvent(event -> {
                    if (event instanceof StreamEvent.Closed)
                        asked.add(own.stream().recover(START.minusSeconds(60), START));
                }));
        own.start();
        own.stream().close();
        listening.start();
        listening.stream().close();
        assertThat(asked).hasSize(1);
        assertEnded(asked.get(0));
    }

    @Test
    void aQuoteThatXDoesNotCountFailsAndNamesXsReason() {
        world.start().passMinutes(1);
        world.x.meddler = request ->
                request.path().endsWith("/counts/recent") ? Optional.of(SimulatedX.forbidden()) : Optional.empty();
        CompletableFuture<RecoveryQuote> quote = world.stream().quote(START.minusSeconds(60), START);
        world.passMinutes(5);
        assertThatThrownBy(quote::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("403");
    }

    @Test
    void aStateThatCannotBeReadAtMidnightHoldsASearchUpAndNoLonger() {
        world.x.posts.steady(START, START.plus(Duration.ofHours(14)), 0.02);
        world.downFor(Duration.ofHours(11).plusMinutes(50));
        world.disk.unreadable(true);
        world.passMinutes(40);
        assertThat(world.now()).isAfter(Instant.parse("2026-11-23T00:30:00Z"));
        assertThat(world.events(RecoveryEvent.StateUnreadable.class)).hasSize(1);
        assertThat(world.stream().health().state()).isEqualTo(Health.State.LIVE);
        world.disk.unreadable(false);
        world.passMinutes(5);
        assertThat(world.events(RecoveryEvent.StateReadable.class)).hasSize(1);
        world.assertGapRecovered();
    }

    @Test
    void aRequestByHandIsServedOnceTheStateCanBeRead() {
        World enterprise = World.enterprise();
        enterprise.start().passMinutes(3);
        enterprise.x.unreachable(Duration.ofSeconds(75));
        enterprise.passMinutes(5);
        long gap = enterprise.store.request(StoreRequest.Kind.RECOVER, "{\"gap\":1}");
        long letters = enterprise.store.request(StoreRequest.Kind.RETRY_DEAD_LETTERS, "");
        enterprise.passSeconds(2);
        enterprise.disk.unreadable(true);
        enterprise.passMinutes(5);
        enterprise.disk.unreadable(false);
        enterprise.passSeconds(5);
        assertThat(enterprise.store.answer(gap, Duration.ZERO)).hasValue(new RequestAnswer(true, "gap 2 is open"));
        assertThat(enterprise.store.answer(letters, Duration.ZERO)).isPresent();
    }

    /** A transport that fails at the first requests of a kind, as if by a fault of our own. */
    private World breaking(String path, int times) {
        int[] left = {times};
        SimulatedX[] x = new SimulatedX[1];
        World breaking = new World(builder -> builder.access(Access.PAY_PER_USE)
                .seams(s -> s.transport(new Transport() {
                    @Override
                    public Exchange open(Request request, Receiver receiver) {
                        if (request.uri().getPath().endsWith(path) && left[0]-- > 0)
                            throw new IllegalStateException("on purpose");
                        return x[0].open(request, receiver);
                    }

                    @Override
                    public void close() {
                        x[0].close();
                    }
                })));
        x[0] = breaking.x;
        return breaking;
    }

    @Test
    void aSearchThatFailsByOurOwnFaultIsParkedAndTriedAgain() {
        World broken = breaking("/search/recent", 2);
        broken.x.posts.steady(START, START.plus(Duration.ofHours(1)), 0.2);
        broken.downFor(Duration.ofMinutes(10)).passMinutes(10);
        assertThat(broken.events(RecoveryEvent.MethodParked.class)).hasSize(2).allMatch(parked -> parked.why()
                .contains("the search failed: java.lang.IllegalStateException"));
        broken.assertGapsRecovered();
    }

    @Test
    void aQuestionForXsTimeThatFailsIsAskedAgain() {
        World broken = breaking("/search/stream/rules", 3);
        broken.x.posts.steady(START, START.plus(Duration.ofHours(1)), 0.2);
        broken.start().passMinutes(5);
        broken.kill().passMinutes(1);
        broken.clockAhead = Duration.ofHours(3);
        broken.start().passMinutes(10);
        broken.assertGapsRecovered();
    }
}
