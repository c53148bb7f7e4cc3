package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.outbox.FakeReceiver.Got;
import io.gapless.recovery.outbox.FakeReceiver.Reply;
import io.gapless.stream.seam.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Collecting and sending, when one of them fails, and what is done with the time. */
class SenderHalvesTest {
    @TempDir
    private Path directory;

    private FakeTable table;

    private SenderRig rig(UnaryOperator<Sender.Builder> settings) {
        VirtualTime time = new VirtualTime(SenderRig.MIDNIGHT);
        table = new FakeTable(time);
        return new SenderRig(directory, time, builder -> settings.apply(builder.source(table))).start();
    }

    private static Reply refusal(String words) {
        return Reply.of(400, "{\"code\":400,\"success\":false,\"message\":\"" + words + "\"}");
    }

    @Test
    void whatWaitsIsSentAlthoughTheSourceFails() {
        try (SenderRig rig = rig(builder -> builder)) {
            table.put("a", "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> Reply.NONE;
            rig.until("2026-03-02T12:00:00Z");
            table.put("b", "2026-03-02T11:00:00Z");
            table.failAfter = 0;
            rig.until("2026-03-03T01:59:00Z");
            rig.receiver.got.clear();
            rig.receiver.rule = got -> Reply.CREATED;
            rig.until("2026-03-03T02:10:00Z");
            assertThat(rig.receiver.requestIds()).containsExactly("a");

            CompletableFuture<SentInterval> once = rig.sender.sendOnce();
            rig.time.settle();
            assertThatThrownBy(once::join).hasMessageContaining("the database went away");
        }
    }

    @Test
    void aSlotThatWasToldAsTheNextTryIsOneAlsoIfTheSourceFailsThen() {
        try (SenderRig rig = rig(builder -> builder.schedule(SenderRig.at2().withEvery(Duration.ofHours(1)))
                .tryAgainEvery(Duration.ofMinutes(25)))) {
            table.put("a", "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> Reply.of(401, "");
            rig.until("2026-03-02T02:59:00Z");
            table.failAfter = 0;
            table.put("b", "2026-03-02T02:00:00Z");
            Instant told = rig.told(SenderEvent.RetryScheduled.class).get(2).nextTry();
            assertThat(told).isEqualTo("2026-03-02T03:00:00Z");

            rig.receiver.got.clear();
            rig.until("2026-03-02T03:10:00Z");
            assertThat(rig.receiver.got).extracting(Got::at).containsExactly(told);
        }
    }

    @Test
    void aTryThatRetryAfterPutsBehindASlotIsMadeThenAlsoIfTheSourceFails() {
        try (SenderRig rig = rig(builder -> builder.schedule(SenderRig.at2().withEvery(Duration.ofHours(1)))
                .tries(1, Duration.ofSeconds(2))
                .tryAgainEvery(Duration.ofHours(3)))) {
            table.put("a", "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> new Reply(429, Map.of("Retry-After", "3630"), "");
            rig.until("2026-03-02T02:30:00Z");
            Instant told = rig.told(SenderEvent.RetryScheduled.class).get(0).nextTry();
            assertThat(told).isEqualTo("2026-03-02T03:00:30Z");
            table.failAfter = 0;
            table.put("b", "2026-03-02T02:00:00Z");

            rig.receiver.got.clear();
            rig.until("2026-03-02T03:30:00Z");
            assertThat(rig.receiver.got).extracting(Got::at).containsExactly(told);
        }
    }

    @Test
    void aSourceThatFailsEachMinuteMakesNoTryBeforeTheOneThatWasTold() {
        try (SenderRig rig = rig(builder -> builder.tryAgainEvery(Duration.ofHours(3))
                .schedule(SenderRig.at2().withWindow(LocalTime.of(2, 0), LocalTime.of(4, 0))))) {
            table.put("a", "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> Reply.of(401, "");
            rig.until("2026-03-02T12:00:00Z");
            table.failAfter = 0;
            table.put("b", "2026-03-02T11:00:00Z");
            rig.receiver.got.clear();
            rig.until("2026-03-03T03:00:00Z");

            assertThat(rig.receiver.got).extracting(Got::at).containsExactly(Instant.parse("2026-03-03T02:00:00Z"));
            assertThat(rig.told(SenderEvent.RetryScheduled.class).get(1).nextTry())
                    .isEqualTo("2026-03-04T02:00:00Z");
        }
    }

    @Test
    void sendOnceSendsWhatWaitsAlthoughTheSourceFails() {
        try (SenderRig rig = rig(builder -> builder.tryAgainEvery(Duration.ofDays(2)))) {
            table.put("a", "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> Reply.NONE;
            rig.until("2026-03-02T12:00:00Z");
            rig.receiver.got.clear();
            rig.receiver.rule = got -> Reply.CREATED;
            table.failAfter = 0;
            table.put("b", "2026-03-02T11:00:00Z");
            CompletableFuture<SentInterval> once = rig.sender.sendOnce();
            rig.time.settle();

            assertThat(rig.receiver.requestIds()).containsExactly("a");
            assertThatThrownBy(once::join).hasMessageContaining("the database went away");
        }
    }

    @Test
    void collectingGoesOnAtEachSlotAlthoughTheReceiverIsDown() {
        try (SenderRig rig = rig(builder -> builder.batch(1, 1_000))) {
            rig.receiver.rule = got -> new Reply(503, Map.of("Retry-After", "86400"), "");
            for (int i = 0; i < 10; i++) table.put("a" + i, "2026-03-02T01:00:00Z");
            rig.until("2026-03-02T12:00:00Z");
            table.put("b", "2026-03-02T11:00:00Z");
            rig.until("2026-03-03T02:01:00Z");

            assertThat(rig.sender.status().waitingRecords()).isEqualTo(11);
            assertThat(rig.sender.status().collectedUntil()).contains(Instant.parse("2026-03-03T01:55:00Z"));
        }
    }

    @Test
    void whoHasAskedIsAnsweredAlsoWhenMemoryRunsOutWhileCollecting() {
        try (SenderRig rig = rig(builder -> builder)) {
            Error deadly = new OutOfMemoryError("on purpose");
            table.deadly = deadly;
            table.put("a", "2026-03-01T23:00:00Z");
            CompletableFuture<SentInterval> once = rig.sender.sendOnce();
            assertThatThrownBy(rig.time::settle).isSameAs(deadly);

            assertThatThrownBy(once::join).hasCause(deadly);
        }
    }

    @Test
    void whatFailedIsTriedAgainEvery15MinutesAndNotTomorrow() {
        try (SenderRig rig = rig(builder -> builder)) {
            table.put("a", "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> Reply.of(503, "");
            rig.until("2026-03-02T02:10:00Z");
            SenderEvent.RetryScheduled told =
                    rig.told(SenderEvent.RetryScheduled.class).get(0);
            assertThat(told.nextTry()).isEqualTo("2026-03-02T02:15:06Z");
            assertThat(told.describe()).contains("1 batch waits").contains("503");
            rig.receiver.got.clear();
            rig.receiver.rule = got -> Reply.CREATED;
            rig.until("2026-03-02T03:00:00Z");

            assertThat(rig.receiver.got).extracting(Got::at).containsExactly(told.nextTry());
        }
    }

    @Test
    void outsideOfTheWindowTheNextTryIsTheNextSlot() {
        Schedule window = SenderRig.at2().withWindow(LocalTime.of(1, 0), LocalTime.of(2, 10));
        try (SenderRig rig = rig(builder -> builder.schedule(window))) {
            table.put("a", "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> Reply.of(503, "");
            rig.until("2026-03-02T20:00:00Z");

            assertThat(rig.receiver.got).hasSize(3);
            assertThat(rig.told(SenderEvent.RetryScheduled.class))
                    .extracting(SenderEvent.RetryScheduled::nextTry)
                    .containsExactly(Instant.parse("2026-03-03T02:00:00Z"));
        }
    }

    @Test
    void theNextTryThatIsToldIsTheNextTryWithBreakerAndRetryAfter() {
        try (SenderRig rig = rig(builder -> builder.tries(9, Duration.ofSeconds(2)))) {
            table.put("a", "2026-03-02T01:00:00Z");
            rig.receiver.rule =
                    got -> rig.receiver.got.size() == 2 ? new Reply(503, Map.of("Retry-After", "77"), "") : Reply.NONE;
            rig.until("2026-03-02T02:20:00Z");

            List<SenderEvent.BatchRetried> told = rig.told(SenderEvent.BatchRetried.class);
            assertThat(told).hasSize(8);
            for (int i = 0; i < told.size(); i++)
                assertThat(rig.receiver.got.get(i + 1).at())
                        .isEqualTo(told.get(i).at().plus(told.get(i).nextTry()));
            assertThat(told.get(1).nextTry()).isEqualTo(Duration.ofSeconds(77));
            assertThat(told.get(5).nextTry()).isEqualTo(Duration.ofSeconds(64));
        }
    }

    @Test
    void retryAfterHoldsForTheNextSlotsToo() {
        try (SenderRig rig = rig(builder -> builder)) {
            table.put("a", "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> new Reply(429, Map.of("Retry-After", "7200"), "");
            rig.until("2026-03-02T03:59:59Z");
            assertThat(rig.receiver.got).hasSize(1);
            rig.until("2026-03-02T04:00:00Z");
            assertThat(rig.receiver.got).hasSize(2);
        }
    }

    @Test
    void sendOnceEndsAfter15MinutesWithoutAnAcknowledgement() {
        try (SenderRig rig = rig(builder -> builder.batch(1, 1_000))) {
            for (int i = 0; i < 100; i++) table.put("a" + i, "2026-03-01T01:00:00Z");
            rig.receiver.rule = got -> Reply.SILENCE;
            CompletableFuture<SentInterval> once = rig.sender.sendOnce();
            rig.time.advance(Duration.ofMinutes(15).minusSeconds(1));
            assertThat(once).isNotDone();
            rig.time.advance(Duration.ofSeconds(1));

            assertThat(once).isCompleted();
            assertThat(once.join().acknowledgedAt()).isEmpty();
        }
    }

    @Test
    void aRefusalOfEveryRecordEndsTheSlotAndKeepsTheRest() {
        try (SenderRig rig = rig(builder -> builder)) {
            for (int i = 0; i < 2_000; i++) table.put("r" + i, "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> refusal("field institution_id is required");
            rig.until("2026-03-02T02:10:00Z");

            assertThat(rig.receiver.got).hasSizeLessThan(40);
            assertThat(rig.sender.status().quarantined()).isEqualTo(10);
            assertThat(rig.sender.status().waitingRecords()).isEqualTo(1_990);
            assertThat(rig.told(SenderEvent.AllRefused.class)).singleElement().satisfies(told -> {
                assertThat(told.isAlarming()).isTrue();
                assertThat(told.describe()).contains("institution_id").contains("1990 records stay");
            });

            rig.restart();
            rig.until("2026-03-02T12:00:00Z");
            assertThat(rig.sender.status().quarantined()).isEqualTo(10);

            rig.receiver.rule = got -> Reply.CREATED;
            rig.sender.resendAll();
            rig.until("2026-03-03T02:10:00Z");
            assertThat(rig.sender.status().quarantined()).isZero();
            assertThat(rig.sender.status().waitingRecords()).isZero();
        }
    }

    @Test
    void badRecordsAmongGoodOnesAreStillSetAside() {
        try (SenderRig rig = rig(builder -> builder)) {
            for (int i = 0; i < 300; i++) table.put("r" + i, "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> got.requestIds().stream().anyMatch(id -> id.endsWith("7"))
                    ? refusal("status_id is unknown")
                    : Reply.CREATED;
            rig.until("2026-03-02T02:10:00Z");

            assertThat(rig.sender.status().quarantined()).isEqualTo(30);
            assertThat(rig.sender.status().waitingRecords()).isZero();
            assertThat(rig.told(SenderEvent.AllRefused.class)).isEmpty();
        }
    }

    @Test
    void ofAnAnswerThatNamesItsRecordsTheRefusedAreSetAsideAndTheOthersAreDone() {
        try (SenderRig rig = rig(builder -> builder)) {
            for (int i = 0; i < 9; i++) table.put("r" + i, "2026-03-02T01:00:00Z");
            rig.receiver.rule = got ->
                    Reply.of(200, "{\"success\":true,\"errors\":[{\"request_id\":\"r3\",\"message\":\"3 is bad\"}]}");
            rig.until("2026-03-02T02:10:00Z");

            assertThat(rig.receiver.got).hasSize(1);
            assertThat(rig.sender.quarantined(9)).singleElement().satisfies(one -> {
                assertThat(one.id()).isEqualTo("r3");
                assertThat(one.reason()).isEqualTo("3 is bad");
            });
            SentInterval interval = rig.sender.history(1).get(0);
            assertThat(interval.acknowledged()).isEqualTo(8);
            assertThat(interval.acknowledgedAt()).isPresent();
        }
    }

    @Test
    void ofA207TheUnnamedAndTheTransientAreSentAgainUnderAnotherKey() {
        try (SenderRig rig = rig(builder -> builder)) {
            for (int i = 0; i < 4; i++) table.put("r" + i, "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> rig.receiver.got.size() > 1
                    ? Reply.CREATED
                    : Reply.of(
                            207,
                            "{\"results\":[{\"request_id\":\"r0\",\"status\":201},"
                                    + "{\"request_id\":\"r1\",\"status\":503},{\"request_id\":\"r2\",\"status\":422}]}");
            rig.until("2026-03-02T02:10:00Z");

            assertThat(rig.receiver.got).hasSize(2);
            assertThat(rig.receiver.got.get(1).requestIds()).containsExactly("r1", "r3");
            assertThat(rig.receiver.keys()).doesNotHaveDuplicates();
            assertThat(rig.sender.quarantined(9))
                    .extracting(QuarantinedRecord::id)
                    .containsExactly("r2");
            SentInterval interval = rig.sender.history(1).get(0);
            assertThat(interval.acknowledged()).isEqualTo(3);
            assertThat(interval.batches()).isEqualTo(2);
        }
    }

    @Test
    void errorsThatFitNoRecordAcknowledgeNothingAndLoseNothing() {
        try (SenderRig rig = rig(builder -> builder)) {
            for (int i = 0; i < 4; i++) table.put("r" + i, "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> Reply.of(200, "{\"success\":true,\"errors\":[\"something is odd\"]}");
            rig.until("2026-03-02T02:10:00Z");

            assertThat(rig.sender.status().waitingRecords()).isEqualTo(4);
            assertThat(rig.told(SenderEvent.BatchGivenUp.class).get(0).answer()).contains("something is odd");
        }
    }

    @Test
    void aSpanThatIsAskedForIsSentAgainOnce() {
        try (SenderRig rig = rig(builder -> builder)) {
            table.put("a", "2026-03-01T01:00:00Z");
            table.put("b", "2026-03-01T12:00:00Z");
            table.put("c", "2026-03-02T01:00:00Z");
            rig.until("2026-03-02T02:00:00Z");
            rig.receiver.got.clear();
            rig.sender.sendAgain(Instant.parse("2026-03-01T12:00:00Z"), Instant.parse("2026-03-02T01:00:00Z"));
            rig.until("2026-03-05T02:00:00Z");

            assertThat(rig.receiver.requestIds()).containsExactly("b");
        }
    }

    @Test
    void postsThatWereAcknowledgedCannotBeSentAgain() {
        try (SenderRig rig = new SenderRig(directory, builder -> builder).start()) {
            assertThatThrownBy(() -> rig.sender.sendAgain(SenderRig.MIDNIGHT.minusSeconds(1), SenderRig.MIDNIGHT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("pushed");
        }
    }

    @Test
    void theStatusHasWhatFailedLastAndWhenItIsTriedAgain() {
        try (SenderRig rig = rig(builder -> builder)) {
            table.put("a", "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> Reply.of(503, "{\"message\":\"busy\"}");
            rig.until("2026-03-02T02:10:00Z");
            table.failAfter = 0;
            SenderStatus failing = rig.sender.status();
            assertThat(failing.endpoint()).isEqualTo("http://127.0.0.1:1/services-data/requests");
            assertThat(failing.failure().orElseThrow().why()).isEqualTo("HTTP 503, busy");
            assertThat(failing.nextTry()).contains(Instant.parse("2026-03-02T02:15:06Z"));
            assertThat(failing.nextSlot()).contains(Instant.parse("2026-03-03T02:00:00Z"));
            assertThat(failing.isLate(Instant.parse("2026-03-03T02:00:00Z"))).isFalse();
            assertThat(failing.isLate(Instant.parse("2026-03-03T02:00:01Z"))).isTrue();

            rig.receiver.rule = got -> Reply.CREATED;
            rig.until("2026-03-03T02:00:00Z");
            assertThat(rig.sender.status().failure()).isEmpty();
            assertThat(rig.sender.status().nextTry()).isEmpty();
            assertThat(rig.sender.status().sourceFailure().orElseThrow().why()).contains("the database went away");
        }
    }

    @Test
    void plainJsonNeedsNoFieldAndKeepsTheFractions() {
        try (SenderRig rig =
                rig(builder -> builder.encoder(RecordEncoders.json()).path("/in"))) {
            table.rows.put("a", new OutboxRecord("a", Instant.parse("2026-03-02T01:00:00Z"), Map.of("n", 1.5)));
            rig.until("2026-03-02T02:00:00Z");

            assertThat(rig.receiver.got.get(0).body()).isEqualTo("[{\"n\":1.5}]");
            assertThat(rig.receiver.got.get(0).uri()).isEqualTo("http://127.0.0.1:1/in");
        }
    }

    @Test
    void noMoreRecordsAreSentThanTheRateAllows() {
        try (SenderRig rig = rig(builder -> builder.maxRate(10))) {
            for (int i = 0; i < 600; i++) table.put("r" + i, "2026-03-02T01:00:00Z");
            rig.until("2026-03-02T02:00:29Z");
            assertThat(rig.receiver.requestIds()).hasSize(300);
            rig.until("2026-03-02T02:01:00Z");
            assertThat(rig.receiver.requestIds()).hasSize(600);
            assertThat(rig.receiver.got).allMatch(got -> got.requestIds().size() <= 10);
        }
    }

    @Test
    void aClockThatWasAMonthAheadAtTheFirstStartCostsNoSlot() throws Exception {
        VirtualTime time = new VirtualTime(SenderRig.MIDNIGHT.plus(Duration.ofDays(30)));
        try (SenderRig rig = new SenderRig(directory, time, builder -> builder).start()) {
            time.jumpWallClock(Duration.ofDays(-30));
            rig.posts(1);
            rig.until("2026-03-02T02:00:00Z");
            assertThat(rig.receiver.requestIds()).containsExactly("1");
            rig.posts(2);
            rig.until("2026-03-03T02:00:00Z");
            assertThat(rig.receiver.requestIds()).containsExactly("1", "2");
        }
    }

    @Test
    void aClockThatIsSetBackWhileTheWindowIsClosedCostsNoSlot() {
        try (SenderRig rig =
                rig(builder -> builder.schedule(SenderRig.at2().withWindow(LocalTime.of(2, 0), LocalTime.of(4, 0))))) {
            rig.until("2026-03-02T05:00:00Z");
            rig.time.jumpWallClock(Duration.ofHours(-10));
            rig.until("2026-03-02T03:00:00Z");

            assertThat(rig.sender.history(9))
                    .extracting(SentInterval::collectedAt)
                    .containsExactly(Instant.parse("2026-03-02T02:00:00Z"), Instant.parse("2026-03-02T02:00:00Z"));
        }
    }

    @Test
    void anEmptyIntervalHidesNoOverdueOne() {
        try (SenderRig rig = rig(builder -> builder)) {
            table.put("a", "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> Reply.of(503, "");
            rig.until("2026-03-03T02:01:00Z");

            assertThat(rig.sender.status().lastAcknowledgedAt()).isPresent();
            assertThat(rig.sender.status().isLate(rig.time.instant())).isTrue();
            assertThat(rig.told(SenderEvent.Overdue.class)).hasSize(1);
        }
    }

    @Test
    void aClockThatLeapsMakesNothingOverdue() {
        try (SenderRig rig = rig(builder -> builder)) {
            rig.until("2026-03-02T02:00:00Z");
            rig.time.jumpWallClock(Duration.ofDays(30));
            rig.time.advance(Duration.ofMinutes(1));
            assertThat(rig.told(SenderEvent.Overdue.class)).isEmpty();
        }
    }

    @Test
    void aClockOfTheEndpointThatDiffersIsToldOnce() {
        try (SenderRig rig = rig(builder -> builder.batch(1, 1_000))) {
            table.put("a", "2026-03-02T01:00:00Z");
            table.put("b", "2026-03-02T01:00:00Z");
            rig.receiver.rule = got -> new Reply(201, Map.of("Date", "Thu, 02 Apr 2026 02:00:00 GMT"), "");
            rig.until("2026-03-02T02:10:00Z");

            assertThat(rig.told(SenderEvent.ClockDiffers.class))
                    .singleElement()
                    .satisfies(told -> assertThat(told.describe()).contains("the endpoint is 31 d ahead"));
        }
    }
}
