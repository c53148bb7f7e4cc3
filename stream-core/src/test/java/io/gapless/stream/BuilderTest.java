package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BuilderTest {
    static Stream<Arguments> outOfRange() {
        return Stream.of(
                setting("stallTimeout", b -> b.stallTimeout(Duration.ofMillis(99))),
                setting("stallTimeout", b -> b.stallTimeout(Duration.ofMinutes(11))),
                setting("stallTimeout", b -> b.stallTimeout(Duration.ofSeconds(Long.MAX_VALUE))),
                setting("healthyAfter", b -> b.healthyAfter(Duration.ZERO)),
                setting("headerTimeout", b -> b.headerTimeout(Duration.ofSeconds(-1))),
                setting("quietAfter", b -> b.quietAfter(Duration.ofMillis(1))),
                setting("connectBudget", b -> b.connectBudget(4)),
                setting("connectBudget", b -> b.connectBudget(100_001)),
                setting("inboxMaxBytes", b -> b.inboxMaxBytes(65_535)),
                setting("lineMaxBytes", b -> b.lineMaxBytes(1_023)),
                setting("seenMaxBytes", b -> b.seenMaxBytes(0)),
                setting("postsMax", b -> b.batchHandler(0, posts -> {})),
                setting("postsMax", b -> b.batchHandler(10_001, posts -> {})));
    }

    private static Arguments setting(String name, UnaryOperator<FilteredStream.Builder> setting) {
        return arguments(name, setting);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outOfRange")
    void aSettingOutOfItsRangeIsRefusedByName(String name, UnaryOperator<FilteredStream.Builder> setting) {
        assertThatThrownBy(() -> setting.apply(FilteredStream.builder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }
}
