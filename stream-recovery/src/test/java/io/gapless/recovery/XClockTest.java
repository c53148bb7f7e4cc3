package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class XClockTest {
    private static final Instant LOCAL = Instant.parse("2026-11-22T12:00:00Z");
    /** X's {@code Date} is cut to whole seconds, so X's time is half a second later on average. */
    private static final Duration CUT = Duration.ofMillis(500);

    private final XClock x = new XClock(() -> LOCAL);

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

    /** An answer whose way took some seconds, which are not known. */
    private XClock.Learned answer(long skewSeconds, long delaySeconds) {
        Instant cameAt = LOCAL.plusSeconds(delaySeconds);
        return x.learn(LOCAL.plusSeconds(skewSeconds), cameAt, cameAt);
    }

    /** An answer of which it is known that it took some seconds. */
    private XClock.Learned measured(long skewSeconds, long delaySeconds) {
        return x.learn(LOCAL.plusSeconds(skewSeconds), LOCAL, LOCAL.plusSeconds(delaySeconds));
    }
}
