package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.ScriptedTransport.Scripted;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.spi.Checkpoint;
import io.gapless.stream.spi.Recovery;
import io.gapless.stream.spi.UnreadLine;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A handler that is slower than X. */
class BackpressureTest {
    private final List<Long> posts = new ArrayList<>();
    private Duration handling = Duration.ofSeconds(100);

    private Rig rig = new Rig(builder -> builder.inboxMaxBytes(64 * 1024).handler(this::handle));

    private void handle(Post post) {
        rig.time.sleep(handling);
        posts.add(post.id());
    }

    @Test
    void readingStopsWhenTheInboxIsFullAndGoesOnWhenThereIsRoom() {
        Scripted x = rig.live();
        fill(x);
        assertThat(x.paused).isTrue();
        assertThat(rig.events.last(StreamEvent.ReadingPaused.class).heldBytes()).isGreaterThanOrEqualTo(64 * 1024);

        handling = Duration.ZERO;
        rig.pass(Duration.ofMinutes(2));

        assertThat(x.paused).isFalse();
        assertThat(rig.events.all(StreamEvent.ReadingPaused.class)).hasSize(1);
        assertThat(rig.events.all(StreamEvent.ReadingResumed.class)).hasSize(1);
        assertThat(rig.stream.health().inboxBytes()).isZero();
    }

    @Test
    void theEventOfResumingTellsHowLongNothingWasRead() {
        Scripted x = rig.live();
        fill(x);
        Instant pausedAt = rig.events.last(StreamEvent.ReadingPaused.class).at();
        handling = Duration.ZERO;
        rig.pass(Duration.ofMinutes(2));

        StreamEvent.ReadingResumed resumed = rig.events.last(StreamEvent.ReadingResumed.class);
        assertThat(resumed.length())
                .isEqualTo(Duration.between(pausedAt, resumed.at()))
                .isPositive();
    }

    @Test
    void readingIsOnlyResumedWhereItHadStopped() {
        Scripted x = rig.live();
        assertThat(x.needlessResumes).isZero();
        fill(x);
        handling = Duration.ZERO;
        rig.pass(Duration.ofMinutes(2));

        assertThat(x.needlessResumes).isZero();
    }

    @Test
    void aConnectionThatOpensWhileTheInboxIsFullReadsNothingUntilThereIsRoom() {
        Scripted first = rig.live();
        fill(first);
        long heldBytes = rig.events.last(StreamEvent.ReadingPaused.class).heldBytes();
        first.end(Ending.Kind.RESET);
        rig.pass(Duration.ofSeconds(10));
        Scripted second = rig.x.last().answer(200);

        assertThat(second).isNotSameAs(first);
        assertThat(second.paused).isTrue();
        assertThat(rig.events.last(StreamEvent.ReadingPaused.class).heldBytes()).isLessThanOrEqualTo(heldBytes);
        handling = Duration.ZERO;
        rig.pass(Duration.ofMinutes(2));
        assertThat(second.paused).isFalse();
    }

    @Test
    void timeInWhichWeDidNotReadIsNoStall() {
        Scripted x = rig.live();
        fill(x);
        rig.pass(Duration.ofHours(1));

        assertThat(rig.events.all(StreamEvent.Disconnected.class)).isEmpty();
        assertThat(rig.x.opened()).hasSize(1);
    }

    @Test
    void theStallIsCountedAnewFromTheMomentOfResuming() {
        Scripted x = rig.live();
        fill(x);
        handling = Duration.ZERO;
        rig.pass(Duration.ofMinutes(30));

        Instant resumedAt = rig.events.last(StreamEvent.ReadingResumed.class).at();
        assertThat(rig.events.all(StreamEvent.Disconnected.class).get(0).at()).isEqualTo(resumedAt.plusSeconds(25));
    }

    @Test
    void aHandlerThatBlocksDoesNotStopTheWatchdog() {
        handling = Duration.ofHours(1);
        Scripted x = rig.live();
        x.post(1);
        rig.pass(Duration.ofSeconds(1));

        assertThat(rig.events.all(StreamEvent.Disconnected.class).get(0).at()).isEqualTo(Rig.START.plusSeconds(25));
    }

    @Test
    void anEndSoonAfterAPauseIsMarkedAsThatOfASlowReader() {
        Scripted x = rig.live();
        fill(x);
        x.end(Ending.Kind.RESET);
        handling = Duration.ZERO;
        rig.pass(Duration.ofMinutes(2));
        rig.answered();

        assertThat(rig.events.all(StreamEvent.OutageEnded.class).get(0).outage().slowReader())
                .isTrue();
    }

    @Test
    void anEndLongAfterAPauseIsNot() {
        Scripted x = rig.live();
        fill(x);
        handling = Duration.ZERO;
        x.keepAlives(Duration.ofSeconds(10), Duration.ofMinutes(10));
        rig.pass(Duration.ofMinutes(5));
        rig.end(x, Ending.Kind.RESET);
        rig.answered();

        assertThat(rig.events.last(StreamEvent.OutageEnded.class).outage().slowReader())
                .isFalse();
    }

    /** X's date, changed on the way, would place the newest post after the pause. */
    @Test
    void aDateThatIsWrongDoesNotHideWhatXDroppedDuringAPause() {
        rig.start();
        Scripted x = rig.open().answer(200, Map.of("date", httpDate(Rig.START.minus(Duration.ofMinutes(10)))));
        long id = Snowflake.firstId(Rig.START);
        while (!x.paused) x.line("{\"data\":{\"id\":\"" + ++id + "\",\"text\":\"" + "x".repeat(1_000) + "\"}}");
        rig.time.settle();
        Instant pausedAt = rig.events.last(StreamEvent.ReadingPaused.class).at();
        handling = Duration.ZERO;
        while (x.paused) rig.passSeconds(1);
        x.post(++id);
        rig.end(x, Ending.Kind.RESET);

        assertThat(rig.events.last(StreamEvent.OutageStarted.class).from()).isEqualTo(pausedAt);
    }

    /** What a recovery hears. */
    private static final class Heard implements Recovery {
        final List<UnreadLine> unread = new ArrayList<>();
        final List<Boolean> slowReader = new ArrayList<>();

        @Override
        public void unreadable(int connection, UnreadLine line) {
            unread.add(line);
        }

        @Override
        public void ended(int connection, Disconnection how, Instant lastSignalAt, boolean slow) {
            slowReader.add(slow);
        }
    }

    private Heard hearing(Duration stallTimeout) {
        Heard heard = new Heard();
        rig = new Rig(heard, Checkpoint.NONE, builder -> builder.inboxMaxBytes(64 * 1024)
                .stallTimeout(stallTimeout)
                .handler(this::handle));
        return heard;
    }

    /** Fills the inbox and waits until reading goes on; returns when it was paused. */
    private Instant passPause(Scripted x) {
        fill(x);
        Instant pausedAt = rig.events.last(StreamEvent.ReadingPaused.class).at();
        handling = Duration.ZERO;
        while (x.paused) rig.passSeconds(1);
        return pausedAt;
    }

    /** The line may have lain between X and this machine for the whole pause, so its post may be as old. */
    @Test
    void aLineThatCannotBeReadAfterAPauseMayBeAsOldAsThePause() {
        Heard heard = hearing(Duration.ofSeconds(25));
        Scripted x = rig.live();
        Instant pausedAt = passPause(x);
        x.post(1_000)
                .line("a line that is damaged")
                .line("{\"data\":{\"text\":\"no id\"}}")
                .post(1_001);
        rig.time.settle();

        assertThat(heard.unread).hasSize(2).extracting(UnreadLine::lastSignalAt).containsOnly(pausedAt);
    }

    @Test
    void linesThatCannotBeReadDoNotShowThatEverythingFromAPauseHasArrived() {
        Heard heard = hearing(Duration.ofSeconds(25));
        Scripted x = rig.live();
        Instant pausedAt = passPause(x);
        x.post(1_000);
        while (!x.cancelled) {
            rig.passSeconds(10);
            x.line("a line that is damaged");
        }
        rig.time.settle();

        assertThat(rig.events.last(StreamEvent.OutageStarted.class).from()).isEqualTo(pausedAt);
        assertThat(heard.slowReader).containsExactly(true);
    }

    /** X may have dropped posts during the pause, and a backfill does not return those. */
    @Test
    void aConnectionOnWhichNothingComesAfterAPauseEndsAsThatOfASlowReader() {
        Heard heard = hearing(Duration.ofMinutes(3));
        Scripted x = rig.live();
        Instant pausedAt = passPause(x);
        x.post(1_000);
        rig.pass(Duration.ofMinutes(4));

        assertThat(rig.events.last(StreamEvent.OutageStarted.class).from()).isEqualTo(pausedAt);
        assertThat(heard.slowReader).containsExactly(true);
    }

    private static String httpDate(Instant at) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atOffset(ZoneOffset.UTC));
    }

    @Test
    void everythingThatWasReceivedBeforeAPauseIsHandled() {
        Scripted x = rig.live();
        int sent = fill(x);
        handling = Duration.ZERO;
        rig.pass(Duration.ofMinutes(2));

        assertThat(posts).hasSize(sent).doesNotHaveDuplicates();
    }

    @Test
    void readingCanPauseAgainAndAgain() {
        handling = Duration.ofSeconds(1);
        Scripted x = rig.live();
        long id = 0;
        for (int round = 0; round < 10; round++) {
            while (!x.paused) x.post(++id);
            rig.pass(Duration.ofSeconds(2_000));
            while (rig.x.last().cancelled) rig.passSeconds(1);
            if (x != rig.x.last()) x = rig.x.last().answer(200);
        }

        assertThat(posts).hasSize((int) id).doesNotHaveDuplicates();
        assertThat(rig.events.all(StreamEvent.ReadingResumed.class)).hasSize(10).allSatisfy(resumed -> assertThat(
                        resumed.length())
                .isBetween(Duration.ofSeconds(1), Duration.ofHours(1)));
    }

    /** Posts until nothing more is read; the handler sleeps on the first meanwhile. */
    private int fill(Scripted x) {
        int sent = 0;
        while (!x.paused) {
            x.line("{\"data\":{\"id\":\"" + ++sent + "\",\"text\":\"" + "x".repeat(1_000) + "\"}}");
        }
        rig.time.settle();
        return sent;
    }
}
