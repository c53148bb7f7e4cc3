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
    void aRequestThatSeemsLaterThanItsAnswerShowsNoRange() {
        answer(76, 0);
        assertThat(x.learn(LOCAL.plusSeconds(76), LOCAL.plusSeconds(100), LOCAL))
                .isEqualTo(XClock.Learned.SKEW);
        assertThat(x.skew()).isEqualTo(Duration.ofSeconds(76).plus(CUT));
    }

    /** An answer whose way took some seconds, which are not known. */
    private XClock.Learned answer(long skewSeconds, long delaySeconds) {
        return x.learn(LOCAL.plusSeconds(skewSeconds), LOCAL.plusSeconds(delaySeconds));
    }

    /** An answer of which it is known that it took some seconds. */
    private XClock.Learned measured(long skewSeconds, long delaySeconds) {
        return x.learn(LOCAL.plusSeconds(skewSeconds), LOCAL, LOCAL.plusSeconds(delaySeconds));
    }
}
