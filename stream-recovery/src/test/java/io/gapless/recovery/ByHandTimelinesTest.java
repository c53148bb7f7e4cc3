package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.GaplessStream.LedgerPage;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.state.RequestAnswer;
import io.gapless.recovery.state.StoreRequest;
import io.gapless.stream.event.StreamEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another process asks the running stream to do, through the store. */
class ByHandTimelinesTest {
    private final World world = World.enterprise();

    private RequestAnswer answer(StoreRequest.Kind kind, String arguments) {
        long id = world.store.request(kind, arguments);
        world.passSeconds(10);
        return world.store.answer(id, Duration.ZERO).orElseThrow();
    }

    private static String span(Instant from, Instant until, boolean dryRun) {
        return "{\"from\":\"%s\",\"until\":\"%s\",\"dryRun\":%b}".formatted(from, until, dryRun);
    }

    @Test
    void aPageOfTheLedgerSaysWhetherItIsCut() {
        for (int outages = 0; outages < 3; outages++) {
            world.start().passMinutes(2);
            world.kill().passMinutes(1);
        }
        world.start().passMinutes(5);

        LedgerPage two = world.stream().ledger(START, 2);
        assertThat(two.gaps()).hasSize(2).isSortedAccordingTo((a, b) -> Long.compare(b.id(), a.id()));
        assertThat(two.hasMore()).isTrue();
        assertThat(world.stream().ledger(START, 3).hasMore()).isFalse();
        assertThat(world.stream().ledger(START)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no JSON",
                "{}",
                "{\"from\":\"yesterday\",\"until\":\"today\"}",
                "{\"gap\":7}",
                "{\"from\":\"2026-11-22T12:00:00Z\",\"until\":\"2026-11-22T12:00:00Z\"}"
            })
    void whatCannotBeDoneIsAnsweredSo(String arguments) {
        world.start();
        RequestAnswer answer = answer(StoreRequest.Kind.RECOVER, arguments);
        assertThat(answer.done()).isFalse();
        assertThat(answer.words()).isNotBlank();
        assertThat(world.gaps()).isEmpty();
    }

    @Test
    void aDryRunTellsThePlanAndRecoversNothing() {
        world.start().passMinutes(40);
        RequestAnswer answer =
                answer(StoreRequest.Kind.RECOVER, span(START.plusSeconds(60), START.plusSeconds(120), true));
        assertThat(answer)
                .isEqualTo(new RequestAnswer(true, "recovery job of 2026-11-22T12:01:00Z to 2026-11-22T12:02:00Z"));
        assertThat(world.gaps()).isEmpty();
    }

    @Test
    void aPriceThatXDoesNotTellIsAnsweredSo() {
        World ppu = World.payPerUse();
        ppu.start().passMinutes(40);
        ppu.x.meddler =
                request -> request.path().endsWith("/rules") ? Optional.of(SimulatedX.forbidden()) : Optional.empty();
        long id =
                ppu.store.request(StoreRequest.Kind.RECOVER, span(START.plusSeconds(60), START.plusSeconds(120), true));
        ppu.passMinutes(5);
        assertThat(ppu.store.answer(id, Duration.ZERO)).hasValueSatisfying(answer -> {
            assertThat(answer.done()).isFalse();
            assertThat(answer.words()).startsWith("the price is not known").contains("403");
        });
    }

    @Test
    void ofAGapWithoutLossItsDoubtfulSpansAreRecovered() {
        world.start().passMinutes(3);
        world.x.unreachable(Duration.ofSeconds(75));
        world.passMinutes(5);
        Gap quiet = world.gap();
        assertThat(quiet.verdict()).isEqualTo(Verdict.COMPLETE_UNPROVEN);
        assertThat(answer(StoreRequest.Kind.RECOVER, "{\"gap\":1}"))
                .isEqualTo(new RequestAnswer(true, "gap 2 is open"));
        assertThat(world.gaps().get(1).span()).isEqualTo(quiet.doubtful().get(0).span());
    }

    @Test
    void twoRequestsToRetryDeadLettersHandEachOverOnceHoweverLongTheHandlerTakes() {
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(30)), 1);
        AtomicBoolean bad = new AtomicBoolean(true);
        AtomicInteger retried = new AtomicInteger();
        long id = world.x.posts.at(START.plusSeconds(30));
        world.handler = post -> {
            if (post.id() != id) return;
            if (bad.get()) throw new IllegalStateException("bad");
            retried.incrementAndGet();
            world.time.sleep(Duration.ofSeconds(7));
        };
        world.start().passMinutes(2);
        assertThat(world.store.deadLetterCount()).isEqualTo(1);

        // It fails again, and is another dead letter then; two requests while it is being tried change nothing.
        world.store.request(StoreRequest.Kind.RETRY_DEAD_LETTERS, "{}");
        world.store.request(StoreRequest.Kind.RETRY_DEAD_LETTERS, "{}");
        world.passSeconds(8);
        world.store.request(StoreRequest.Kind.RETRY_DEAD_LETTERS, "{}");
        world.passMinutes(1);
        assertThat(world.events(StreamEvent.DeadLettered.class)).hasSize(2);
        assertThat(world.events(StreamEvent.HandlerFailed.class))
                .filteredOn(failed -> failed.attempt() == 1)
                .hasSize(2);

        bad.set(false);
        for (int i = 0; i < 5; i++) {
            world.store.request(StoreRequest.Kind.RETRY_DEAD_LETTERS, "{}");
            world.passSeconds(2);
        }
        world.passMinutes(1);
        assertThat(retried).hasValue(1);
        assertThat(world.store.deadLetterCount()).isZero();
        assertThat(world.twice()).isEmpty();
    }

    @Test
    void aSpanThatIsAskedForIsAGapWithItsPlanAndVerdict() {
        world.x.posts.steady(START.minus(Duration.ofMinutes(10)), START.plus(Duration.ofMinutes(20)), 1);
        world.start().passMinutes(5);
        Instant from = START.minus(Duration.ofMinutes(10));
        assertThat(answer(StoreRequest.Kind.RECOVER, span(from, START, false)))
                .isEqualTo(new RequestAnswer(true, "gap 1 is open"));
        assertThat(world.gap().cause()).isEqualTo("requested by a person");
        world.passMinutes(5);
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        world.assertAllOnce(from, START.plusSeconds(300));
    }
}
