package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.gapless.recovery.outbox.FakeReceiver.Got;
import io.gapless.recovery.outbox.FakeReceiver.Reply;
import io.gapless.recovery.outbox.FakeTable.Asked;
import io.gapless.recovery.storage.Sql;
import io.gapless.stream.seam.VirtualTime;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sender that collects from a table, against a receiver with rules, in virtual time. */
class IntervalSourceTest {
    private static final Duration DAY = Duration.ofDays(1);

    private static final Pattern STATUS = Pattern.compile("\"status_id\":(\\d+)");

    @TempDir
    private Path directory;

    private FakeTable table;

    private SenderRig rig(UnaryOperator<Sender.Builder> settings) {
        VirtualTime time = new VirtualTime(SenderRig.MIDNIGHT);
        table = new FakeTable(time);
        SenderRig rig = new SenderRig(directory, time, builder -> settings.apply(builder.source(table)));
        rig.start();
        return rig;
    }

    private SenderRig rig() {
        return rig(builder -> builder);
    }

    @Test
    void anIntervalReachesFromTheMarkToTheSlotLessWhatMustSettleByTheTablesClock() {
        try (SenderRig rig = rig(builder -> builder.since(Instant.parse("2026-03-01T00:00:00Z")))) {
            table.clockAhead = Duration.ofMinutes(10);
            rig.until("2026-03-03T02:00:00Z");

            assertThat(table.asked)
                    .containsExactly(
                            new Asked(Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-03-02T02:05:00Z")),
                            new Asked(Instant.parse("2026-03-02T01:05:00Z"), Instant.parse("2026-03-03T02:05:00Z")));
            assertThat(rig.sender.status().collectedUntil()).contains(Instant.parse("2026-03-03T02:05:00Z"));
        }
    }

    @Test
    void aRowThatWasCommittedAfterThePollAndStampedBeforeItIsNotLostAndNoRowComesTwice() {
        try (SenderRig rig = rig()) {
            table.put("a", "2026-03-02T01:30:00Z");
            rig.until("2026-03-02T02:00:00Z");
            table.put("late", "2026-03-02T01:20:00Z");
            table.put("b", "2026-03-02T03:00:00Z");
            rig.until("2026-03-03T02:00:00Z");

            assertThat(rig.receiver.requestIds()).containsExactly("a", "late", "b");
        }
    }

    @Test
    void aNewVersionOfARowIsSentAgainAndTheSameVersionIsNot() {
        try (SenderRig rig = rig()) {
            table.put("a", "2026-03-02T01:30:00Z", 1);
            rig.until("2026-03-02T02:00:00Z");
            table.put("a", "2026-03-02T12:00:00Z", 7);
            rig.until("2026-03-04T02:00:00Z");

            assertThat(rig.receiver.requestIds()).containsExactly("a", "a");
            assertThat(rig.receiver.got.get(1).body()).contains("\"status_id\":7");
        }
    }

    @Test
    void aRowThatChangedUnderAnOlderStampThanTheOneCollectedIsSentAgain() {
        try (SenderRig rig = hourly()) {
            table.put("a", "2026-03-02T02:30:00Z", 2);
            rig.until("2026-03-02T03:00:00Z");
            // As PostgreSQL's now() stamps a transaction that began earlier and ended later.
            table.put("a", "2026-03-02T02:20:00Z", 7);
            rig.until("2026-03-02T06:00:00Z");

            assertThat(statuses(rig)).containsExactly("2", "7");
        }
    }

    @Test
    void aRowThatChangedUnderTheSameStampIsSentAgainAlsoBackToWhatItWas() {
        try (SenderRig rig = hourly()) {
            for (int status : new int[] {1, 2, 1}) {
                table.put("a", "2026-03-02T01:30:00Z", status);
                rig.sendOnce();
            }
            rig.sendOnce();

            assertThat(statuses(rig)).containsExactly("1", "2", "1");
            assertThat(rig.told(SenderEvent.ChangedUnderOneStamp.class))
                    .extracting(SenderEvent.ChangedUnderOneStamp::columns)
                    .containsExactly(List.of("status_id"), List.of("status_id"));
        }
    }

    @Test
    void theOldRowOfAReplicaThatLagsDoesNotFollowTheNewOne() {
        try (SenderRig rig = hourly()) {
            table.put("a", "2026-03-02T01:30:00Z", 1);
            rig.sendOnce();
            table.put("a", "2026-03-02T01:50:00Z", 7);
            rig.sendOnce();
            table.put("a", "2026-03-02T01:30:00Z", 1);
            rig.sendOnce();
            table.put("a", "2026-03-02T01:50:00Z", 7);
            rig.sendOnce();

            assertThat(statuses(rig)).containsExactly("1", "7");
            assertThat(rig.sender.history(3))
                    .extracting(SentInterval::unchanged, SentInterval::older)
                    .containsExactly(tuple(1L, 0L), tuple(0L, 1L), tuple(0L, 0L));
        }
    }

    @Test
    void whateverTheOrderOfStampsTheLastThatIsSentIsWhatTheTableHas() {
        try (SenderRig rig = hourly()) {
            RandomGenerator random = new SplittableRandom(15);
            List<OutboxRecord> earlier = new ArrayList<>();
            for (int poll = 0; poll < 300; poll++) {
                table.put("a", "2026-03-02T01:" + (10 + random.nextInt(9)) + ":00Z", poll);
                OutboxRecord now = table.rows.get("a");
                rig.sendOnce();
                earlier.add(now);
                // A replica that lags shows one of the last rows; the next poll shows the table.
                table.rows.put("a", earlier.get(Math.max(0, earlier.size() - 1 - random.nextInt(4))));
                rig.sendOnce();
                table.rows.put("a", now);
                rig.sendOnce();
                assertThat(statuses(rig).get(statuses(rig).size() - 1)).isEqualTo(String.valueOf(poll));
            }
        }
    }

    @Test
    void twoDifferentRowsWithOneKeyInOneIntervalAreReported() {
        try (SenderRig rig = hourly()) {
            table.rows.put("first", table.row("1", "2026-03-02T01:20:00Z", 1));
            table.rows.put("second", table.row("1", "2026-03-02T01:30:00Z", 7));
            rig.sendOnce();
            rig.sendOnce();

            assertThat(statuses(rig)).containsExactly("7");
            assertThat(rig.told(SenderEvent.KeysShared.class))
                    .extracting(SenderEvent.KeysShared::rows, SenderEvent.KeysShared::keys)
                    .containsExactly(tuple(1L, List.of("1")));
        }
    }

    @Test
    void ofTwoRowsWithOneKeyTheOneThatIsNotSentIsCountedWhicheverComesFirst() {
        try (SenderRig rig = hourly()) {
            table.rows.put("first", table.row("1", "2026-03-02T01:20:00Z", 1));
            table.rows.put("second", table.row("1", "2026-03-02T01:30:00Z", 7));
            table.rows.put("third", table.row("2", "2026-03-02T01:30:00Z", 1));
            table.rows.put("fourth", table.row("2", "2026-03-02T01:20:00Z", 7));
            rig.sendOnce();

            assertThat(rig.sender.history(1))
                    .extracting(SentInterval::records, SentInterval::older)
                    .containsExactly(tuple(2L, 2L));
        }
    }

    @Test
    void aDatabaseClockThatIsSetBackAfterAPollCostsNoRowThatIsStampedFarBeforeTheMark() {
        Duration back = Duration.ofHours(-2);
        try (SenderRig rig = rig(builder -> builder.schedule(SenderRig.at2().withEvery(Duration.ofHours(2))))) {
            rig.until("2026-03-02T04:10:00Z");
            table.clockAhead = back;
            // Stamped at 02:15, two hours and more before the mark.
            rig.until("2026-03-02T04:15:00Z");
            table.put("a", "2026-03-02T02:15:00Z");
            rig.until("2026-03-02T06:00:00Z");

            assertThat(rig.receiver.requestIds()).containsExactly("a");
        }
    }

    @Test
    void theSameHoldsIfTheSenderWasStartedMeanwhile() {
        try (SenderRig rig = rig(builder -> builder.schedule(SenderRig.at2().withEvery(Duration.ofHours(2))))) {
            rig.until("2026-03-02T04:10:00Z");
            table.clockAhead = Duration.ofHours(-2);
            table.put("a", "2026-03-02T02:15:00Z");
            rig.restart();
            rig.until("2026-03-02T06:00:00Z");

            assertThat(rig.receiver.requestIds()).containsExactly("a");
        }
    }

    @Test
    void twoRowsWithOneKeyAndOneStampAreBothSentOnce() {
        try (SenderRig rig = hourly()) {
            table.rows.put("first", table.row("1", "2026-03-02T01:20:00Z", 1));
            table.rows.put("second", table.row("1", "2026-03-02T01:20:00Z", 7));
            for (int poll = 0; poll < 3; poll++) rig.sendOnce();

            assertThat(statuses(rig)).containsExactly("1", "7");
            assertThat(rig.told(SenderEvent.KeysShared.class)).hasSize(1);
        }
    }

    @Test
    void aDatabaseClockThatIsADayAheadAtOnePollCostsNoRecord() {
        try (SenderRig rig = hourly()) {
            table.clockAhead = DAY;
            rig.until("2026-03-02T03:00:00Z");
            assertThat(rig.sender.status().collectedUntil()).contains(Instant.parse("2026-03-02T02:55:00Z"));
            assertThat(rig.told(SenderEvent.SourceClockDiffers.class)).hasSize(1);

            table.clockAhead = Duration.ZERO;
            table.put("a", "2026-03-02T03:30:00Z");
            rig.until("2026-03-02T04:00:00Z");
            assertThat(rig.receiver.requestIds()).containsExactly("a");
        }
    }

    @Test
    void rowsThatADatabaseClockHasStampedADayBehindAreSent() {
        try (SenderRig rig = hourly()) {
            table.put("before", "2026-03-02T02:30:00Z");
            rig.until("2026-03-02T03:00:00Z");
            table.clockAhead = DAY.negated();
            rig.until("2026-03-02T04:00:00Z");
            table.put("behind", "2026-03-01T04:30:00Z");
            rig.until("2026-03-02T05:00:00Z");
            table.clockAhead = Duration.ZERO;
            table.put("after", "2026-03-02T05:30:00Z");
            rig.until("2026-03-02T07:00:00Z");

            assertThat(rig.receiver.requestIds()).contains("before", "behind", "after");
            assertThat(rig.receiver.requestIds().stream().filter("before"::equals))
                    .hasSize(1);
        }
    }

    @Test
    void clocksThatWereAMonthAheadAtTheFirstPollCostNoRecordAndSendNoneTwice() {
        VirtualTime time = new VirtualTime(Instant.parse("2026-04-02T00:00:00Z"));
        table = new FakeTable(time);
        table.put("a", "2026-03-01T01:00:00Z");
        try (SenderRig rig = new SenderRig(directory, time, builder -> builder.source(table))) {
            rig.sendOnce();
        }
        VirtualTime right = new VirtualTime(SenderRig.MIDNIGHT);
        FakeTable same = new FakeTable(right);
        same.rows.putAll(table.rows);
        same.put("b", "2026-03-01T23:00:00Z");
        try (SenderRig rig = new SenderRig(directory, right, builder -> builder.source(same))) {
            rig.sendOnce();
            same.put("c", "2026-03-02T00:30:00Z");
            right.advance(Duration.ofHours(1));
            rig.sendOnce();

            assertThat(rig.receiver.requestIds()).containsExactly("b", "c");
            assertThat(rig.told(SenderEvent.MarkAhead.class)).hasSize(1);
            assertThat(rig.sender.status().collectedUntil()).contains(Instant.parse("2026-03-02T00:55:00Z"));
        }
    }

    @Test
    void aMachineThatHasStartedWithoutItsClockCollectsNothing() {
        try (SenderRig rig = hourly()) {
            table.clockAhead = Duration.between(rig.time.instant(), Instant.EPOCH);
            CompletableFuture<SentInterval> sent = rig.sender.sendOnce();
            rig.time.settle();

            assertThatThrownBy(sent::join).hasMessageContaining("1970-01-01T00:00:00Z by the database");
        }
    }

    private SenderRig hourly() {
        SenderRig rig = rig(builder -> builder.schedule(Schedule.hourly().withZone(ZoneOffset.UTC)));
        rig.until("2026-03-02T02:00:00Z");
        return rig;
    }

    private static List<String> statuses(SenderRig rig) {
        return rig.receiver.got.stream()
                .flatMap(got -> STATUS.matcher(got.body()).results())
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void aNewerVersionWaitsBehindAnOlderOneThatHasNotArrived() {
        try (SenderRig rig = rig(builder -> builder.batch(1, 1_000))) {
            table.put("a", "2026-03-02T01:00:00Z", 1);
            table.put("b", "2026-03-02T01:00:00Z", 1);
            rig.receiver.rule = got -> got.requestIds().contains("a") ? Reply.of(500, "") : Reply.CREATED;
            rig.until("2026-03-02T03:00:00Z");
            table.put("a", "2026-03-02T12:00:00Z", 7);
            table.put("c", "2026-03-02T12:00:00Z", 1);
            rig.until("2026-03-03T03:00:00Z");
            assertThat(rig.receiver.got).extracting(Got::body).noneMatch(body -> body.contains("\"status_id\":7"));
            assertThat(rig.receiver.requestIds()).contains("b", "c");

            rig.receiver.got.clear();
            rig.receiver.rule = got -> Reply.CREATED;
            rig.until("2026-03-04T03:00:00Z");
            assertThat(rig.receiver.requestIds()).containsExactly("a", "a");
            assertThat(rig.receiver.got.get(1).body()).contains("\"status_id\":7");
        }
    }

    @Test
    void aRecordThatWasSetAsideIsDroppedWhenANewerVersionWasCollected() {
        try (SenderRig rig = rig()) {
            table.put("a", "2026-03-02T01:00:00Z", 1);
            rig.receiver.rule = got -> Reply.of(422, "");
            rig.until("2026-03-02T03:00:00Z");
            rig.receiver.rule = got -> Reply.CREATED;
            table.put("a", "2026-03-02T12:00:00Z", 7);
            rig.until("2026-03-03T03:00:00Z");
            rig.receiver.got.clear();
            rig.sender.resendAll();
            rig.until("2026-03-06T03:00:00Z");

            assertThat(rig.receiver.got).isEmpty();
            assertThat(rig.sender.status().quarantined()).isZero();
        }
    }

    @Test
    void aDatabaseThatGoesAwayInMidPollLeavesNothingBehindAndTheSameIntervalIsCollectedLater() {
        try (SenderRig rig = rig()) {
            for (int i = 0; i < 50; i++) table.put("r" + i, "2026-03-02T01:00:00Z");
            table.failAfter = 20;
            rig.until("2026-03-02T02:03:30Z");
            assertThat(rig.told(SenderEvent.NotCollected.class)).hasSize(4);
            assertThat(rig.sender.status().waitingRecords()).isZero();
            assertThat(rig.sender.history(9)).isEmpty();

            table.failAfter = Integer.MAX_VALUE;
            rig.until("2026-03-02T02:05:00Z");
            assertThat(rig.receiver.requestIds()).hasSize(50).doesNotHaveDuplicates();
        }
    }

    @Test
    void sendOnceFailsWithTheSourcesWords() {
        try (SenderRig rig = rig()) {
            table.put("a", "2026-03-01T01:00:00Z");
            table.failAfter = 0;
            CompletableFuture<SentInterval> sent = rig.sender.sendOnce();
            rig.time.settle();

            assertThatThrownBy(sent::join)
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("the database went away");
        }
    }

    @Test
    void aRowThatLacksAFieldOrHasAnOddStatusIsSetAsideAlone() {
        try (SenderRig rig = rig()) {
            table.put("good", "2026-03-02T01:00:00Z");
            table.put("none", "2026-03-02T01:00:00Z", null);
            table.put("half", "2026-03-02T01:00:00Z", 1.5);
            rig.until("2026-03-02T02:00:00Z");

            assertThat(rig.receiver.requestIds()).containsExactly("good");
            assertThat(rig.sender.quarantined(9))
                    .extracting(QuarantinedRecord::reason)
                    .anyMatch(reason -> reason.contains("status_id is missing"))
                    .anyMatch(reason -> reason.contains("whole number"));
        }
    }

    @Test
    void aStatusThatIsAWordIsSentByItsNumberAndOneWithoutANumberOnceItHasOne() {
        try (SenderRig rig = rig(builder -> builder.statusMap(Map.of("Approved", 3)))) {
            table.put("a", "2026-03-02T01:00:00Z", "Approved");
            table.put("b", "2026-03-02T01:00:00Z", "Lost");
            rig.until("2026-03-02T02:00:00Z");
            assertThat(statuses(rig)).containsExactly("3");
            assertThat(rig.sender.quarantined(9).get(0).reason()).contains("Lost, for which there is no number");

            rig.restart(builder -> builder.source(table).statusMap(Map.of("Approved", 3, "Lost", 8)));
            assertThat(rig.sender.resendAll()).isOne();
            rig.sendOnce();
            assertThat(statuses(rig)).containsExactly("3", "8");
            assertThat(rig.sender.quarantined(9)).isEmpty();
        }
    }

    @Test
    void whatTheQueryGaveWronglyIsReadAgainWhenItIsToBeSentAgain() {
        try (SenderRig rig = rig(builder -> builder)) {
            table.put("a", "2026-03-02T01:00:00Z", "x");
            rig.until("2026-03-02T02:00:00Z");
            rig.until("2026-03-04T02:00:00Z");
            assertThat(rig.receiver.got).isEmpty();

            // As a repaired query gives the same row, long after its interval.
            table.put("a", "2026-03-02T01:00:00Z", 7);
            rig.sender.resendAll();
            rig.sendOnce();
            assertThat(statuses(rig)).containsExactly("7");
            assertThat(rig.sender.quarantined(9)).isEmpty();
        }
    }

    @Test
    void whatIsDiscardedIsGone() {
        try (SenderRig rig = rig(builder -> builder)) {
            table.put("a", "2026-03-02T01:00:00Z", "x");
            table.put("b", "2026-03-02T01:00:00Z", "x");
            rig.until("2026-03-02T02:00:00Z");
            long first = rig.sender.quarantined(9).get(0).number();

            assertThat(rig.sender.discard(List.of(first, 99L))).isOne();
            rig.sendOnce();
            assertThat(rig.sender.quarantined(9))
                    .extracting(QuarantinedRecord::id)
                    .containsExactly("b");
        }
    }

    @Test
    void anIntervalThatDoesNotFitOnTheDiskIsNotCollected() {
        try (SenderRig rig = rig(builder -> builder.diskMaxBytes(1 << 20))) {
            for (int i = 0; i < 10_000; i++) table.put("record-number-" + i, "2026-03-02T01:00:00Z");
            rig.until("2026-03-02T02:00:00Z");

            assertThat(rig.receiver.got).isEmpty();
            assertThat(rig.told(SenderEvent.NotCollected.class).get(0).describe())
                    .contains("diskMaxBytes");
        }
    }

    @Test
    void versionsThatCannotComeAgainAreForgotten() throws Exception {
        try (SenderRig rig = rig()) {
            for (int day = 2; day < 9; day++) {
                String date = "2026-03-0" + day;
                for (int i = 0; i < 100; i++) table.put(date + "-" + i, date + "T01:00:00Z");
                rig.until(date + "T03:00:00Z");
                table.rows.clear();
            }

            assertThat(rig.receiver.requestIds()).hasSize(700);
            try (Connection connection = OutboxTables.in(directory).openToRead()) {
                assertThat(Sql.number(connection, "SELECT count(*) FROM collected"))
                        .isLessThanOrEqualTo(100);
            }
        }
    }

    @Test
    void aSenderOfATableTakesNoPosts() {
        try (SenderRig rig = rig()) {
            assertThatThrownBy(() -> rig.sender.onPosts(List.of(rig.post(1))))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
