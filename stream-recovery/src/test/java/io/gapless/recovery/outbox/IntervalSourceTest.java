package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.outbox.FakeReceiver.Got;
import io.gapless.recovery.outbox.FakeReceiver.Reply;
import io.gapless.recovery.outbox.FakeTable.Asked;
import io.gapless.recovery.sqlite.Sql;
import io.gapless.stream.seam.VirtualTime;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sender that collects from a table, against a receiver with rules, in virtual time. */
class IntervalSourceTest {
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
