package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class XClockTest {
    private static final Instant LOCAL = Instant.parse("2026-11-22T12:00:00Z");
    /** X's {@code Date} is cut to whole seconds, so X's time is half a second later on average. */
    private static final Duration CUT = Duration.ofMillis(500);

    private Instant now = LOCAL;
    private final XClock x = new XClock(() -> now);

    @Test
    void ofTwoAnswersThatAgreeTheOneThatWasLessDelayedCounts() {
        assertThat(answer(76, 0)).isEqualTo(XClock.Learned.DOUBT);
        assertThat(answer(76, 4)).isEqualTo(XClock.Learned.SKEW);
        assertThat(x.skew()).isEqualTo(Duration.ofSeconds(76).plus(CUT));
    }

    @Test
    void ofTwoAnswersThatAgreeTheOneThatWasLessDelayedCountsAlsoIfItIsTheSecond() {
        assertThat(answer(76, 4)).isEqualTo(XClock.Learned.DOUBT);
        assertThat(answer(76, 0)).isEqualTo(XClock.Learned.SKEW);
        assertThat(x.skew()).isEqualTo(Duration.ofSeconds(76).plus(CUT));
    }

    @Test
    void anAnswerThatTookLongAgreesWithEachSkewThatItsLengthAllows() {
        assertThat(answer(76, 0)).isEqualTo(XClock.Learned.DOUBT);
        assertThat(measured(76, 20)).isEqualTo(XClock.Learned.SKEW);
        assertThat(x.skew()).isEqualTo(Duration.ofSeconds(76).plus(CUT));
    }

    @Test
    void anAnswerThatTookLongDoesNotChangeASkewThatItsLengthAllows() {
        answer(30, 0);
        answer(30, 0);
        assertThat(measured(30, 20)).isEqualTo(XClock.Learned.NOTHING);
        assertThat(x.skew()).isEqualTo(Duration.ofSeconds(30).plus(CUT));
    }

    @Test
    void anAnswerThatTookLongDoesNotConfirmARememberedSkew() {
        assertThat(measured(8, 20)).isEqualTo(XClock.Learned.DOUBT);
        assertThat(measured(8, 1)).isEqualTo(XClock.Learned.SKEW);
        assertThat(x.skew()).isEqualTo(Duration.ofMillis(7_500));
    }

    @Test
    void anAnswerThatTookLongDoesNotSpeakForARememberedSkewAgainstAQuickOne() {
        assertThat(answer(8, 0)).isEqualTo(XClock.Learned.DOUBT);
        assertThat(measured(8, 8)).isEqualTo(XClock.Learned.SKEW);
        assertThat(x.skew()).isEqualTo(Duration.ofSeconds(8).plus(CUT));
    }

    @Test
    void anAnswerThatTookLongDoesNotChangeASkew() {
        answer(30, 0);
        answer(30, 0);
        assertThat(measured(20, 8)).isEqualTo(XClock.Learned.DOUBT);
        assertThat(x.skew()).isEqualTo(Duration.ofSeconds(30).plus(CUT));
    }

    @Test
    void ifNoAnswerIsQuickTheSkewMovesIntoWhatFourOfThemAllow() {
        for (int i = 1; i < 4; i++) assertThat(measured(30, 8)).isEqualTo(XClock.Learned.DOUBT);
        assertThat(measured(30, 8)).isEqualTo(XClock.Learned.SKEW);
        assertThat(x.skew()).isEqualTo(Duration.ofSeconds(22).plus(CUT));
    }

    @Test
    void aRequestThatSeemsLaterThanItsAnswerShowsNoRange() {
        answer(76, 0);
        assertThat(x.learn(LOCAL.plusSeconds(76), LOCAL.plusSeconds(100), LOCAL))
                .isEqualTo(XClock.Learned.SKEW);
        assertThat(x.skew()).isEqualTo(Duration.ofSeconds(76).plus(CUT));
    }

    @Test
    void oneDateThatDiffersByMoreThanTheCutIsNotBelieved() {
        assertThat(answer(0, 0)).isEqualTo(XClock.Learned.NOTHING);
        for (int seconds : new int[] {2, 30, -59}) {
            assertThat(answer(seconds, 0)).isEqualTo(XClock.Learned.DOUBT);
            assertThat(answer(0, 0)).isEqualTo(XClock.Learned.NOTHING);
        }
        assertThat(x.skew()).isZero();
    }

    @Test
    void theOwnerLearnsOfEachCorrection() {
        List<Duration> corrections = new ArrayList<>();
        x.whenCorrected(corrections::add);
        for (int seconds : new int[] {30, 30, 30, 10, 10}) answer(seconds, 0);
        assertThat(corrections).containsExactly(Duration.ofSeconds(30).plus(CUT), Duration.ofSeconds(-20));
    }

    @Test
    void aSignalFromBeforeASuspendIsNotDatedByTheTimeAfterIt() {
        jump(40);
        // X's answers show that the machine was suspended, and that its clock was not set.
        answer(0, 0);
        answer(0, 0);
        assertThat(x.skew()).isEqualTo(CUT);
        Instant signal = now.minusSeconds(1);
        assertThat(x.ofSignal(signal)).isEqualTo(signal.minusSeconds(40));
        assertThat(x.ofSignal(now)).isEqualTo(now.plus(CUT));
    }

    @Test
    void aSignalFromBeforeTwoSuspendsIsDatedByTheTimeBeforeBoth() {
        jump(40);
        answer(0, 0);
        answer(0, 0);
        now = now.plusSeconds(30);
        jump(20);
        answer(0, 0);
        answer(0, 0);
        Instant signal = now.minusSeconds(60);
        assertThat(x.ofSignal(signal)).isEqualTo(signal.minusSeconds(60));
        assertThat(x.ofSignal(now.minusSeconds(1)))
                .isEqualTo(now.minusSeconds(1).minusSeconds(20).plus(CUT));
    }

    @Test
    void aSignalFromBeforeTheClockWasSetIsDatedAsBefore() {
        jump(40);
        answer(-40, 0);
        Instant signal = now.minusSeconds(1);
        assertThat(x.ofSignal(signal)).isEqualTo(signal.minusSeconds(40));
        jump(-40);
        assertThat(x.ofSignal(signal.minusSeconds(40))).isEqualTo(signal.minusSeconds(40));
    }

    @Test
    void aJumpConcernsNoSignalAfterTenMinutes() {
        jump(40);
        answer(0, 0);
        answer(0, 0);
        now = now.plusSeconds(601);
        jump(20);
        Instant signal = now.minusSeconds(700);
        assertThat(x.ofSignal(signal)).isEqualTo(signal.minusSeconds(20).plus(CUT));
    }

    /** This machine's clock jumps ahead, and the stream notices it. */
    private void jump(long seconds) {
        now = now.plusSeconds(seconds);
        x.localSet(Duration.ofSeconds(seconds));
    }

    /** An answer whose way took some seconds, which are not known. */
    private XClock.Learned answer(long skewSeconds, long delaySeconds) {
        Instant cameAt = now.plusSeconds(delaySeconds);
        return x.learn(now.plusSeconds(skewSeconds), cameAt, cameAt);
    }

    /** An answer of which it is known that it took some seconds. */
    private XClock.Learned measured(long skewSeconds, long delaySeconds) {
        return x.learn(now.plusSeconds(skewSeconds), now, now.plusSeconds(delaySeconds));
    }
}
