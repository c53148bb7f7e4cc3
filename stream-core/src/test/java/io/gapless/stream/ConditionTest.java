package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.Health.Condition;
import io.gapless.stream.Health.State;
import io.gapless.stream.event.Disconnection;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // state, age of the last signal in seconds, open gaps, dead letters, handler down
                "LIVE, 0, false, false, false, HEALTHY",
                "LIVE, 60, false, false, false, HEALTHY",
                "LIVE, 61, false, false, false, STALE",
                "LIVE, -, false, false, false, STALE",
                "LIVE, 5, true, false, false, DEGRADED",
                "LIVE, 5, false, true, false, DEGRADED",
                "LIVE, 5, false, false, true, DEGRADED",
                "BACKING_OFF, 5, false, false, false, DEGRADED",
                "BACKING_OFF, 90, true, false, false, STALE",
                "CONNECTING, 5, false, false, false, DEGRADED",
                "SYNCING_RULES, -, false, false, false, STALE",
                "PARKED, 5, true, true, true, PARKED",
                "PARKED, 900, false, false, false, PARKED",
                "STANDING_BY, -, false, false, false, STANDING_BY",
                "FAILED, 1, false, false, false, STALE",
                "CLOSED, 1, false, false, false, STALE",
                "NEW, -, false, false, false, STALE"
            })
    void theWorstConditionCounts(
            State state, Long signalSeconds, boolean gaps, boolean deadLetters, boolean handlerDown, Condition wanted) {
        Optional<Duration> age = Optional.ofNullable(signalSeconds).map(Duration::ofSeconds);

        assertThat(Condition.of(state, age, gaps, deadLetters, handlerDown)).isEqualTo(wanted);
    }

    @Test
    void eachKindOfDisconnectionHasAKindForCounting() {
        assertThat(Arrays.stream(Disconnection.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .map(name -> name.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(java.util.Locale.ROOT)))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Disconnection.Cause.values())
                        .map(Enum::name)
                        .toList());
    }
}
