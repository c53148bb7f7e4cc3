package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.Disconnection;
import io.gapless.stream.Origin;
import io.gapless.stream.Outage;
import io.gapless.stream.StreamEvent;
import io.gapless.stream.StreamException;
import io.gapless.stream.api.Problem;
import io.gapless.stream.rules.RulePlan;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventTextTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00.123456Z");
    private static final Disconnection STALLED = new Disconnection.Stalled(Duration.ofSeconds(25));

    static Stream<Class<?>> kinds() {
        return Arrays.stream(StreamEvent.class.getPermittedSubclasses());
    }

    /** An event with something plausible in each component, so that a new kind is tested without being listed here. */
    private static StreamEvent sample(Class<?> kind) throws ReflectiveOperationException {
        Class<?>[] types = Arrays.stream(kind.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        Object[] values = new Object[types.length];
        for (int i = 0; i < types.length; i++) values[i] = sampleOf(types[i]);
        return (StreamEvent) kind.getDeclaredConstructor(types).newInstance(values);
    }

    private static Object sampleOf(Class<?> type) throws ReflectiveOperationException {
        if (type == Instant.class) return NOW;
        if (type == Duration.class) return Duration.ofSeconds(3);
        if (type == int.class) return 1;
        if (type == long.class) return 7L;
        if (type == String.class) return "words\nof \u001b[2Jothers";
        if (type == OptionalLong.class) return OptionalLong.of(42);
        if (type == Throwable.class) return new IOException("no space left");
        if (type == Disconnection.class) return STALLED;
        if (type == Problem.class) return Problem.parse("{\"title\":\"T\"}".getBytes(StandardCharsets.UTF_8));
        if (type == Outage.class) return new Outage(1, STALLED, NOW, NOW, NOW.plusSeconds(3), true);
        if (type == RulePlan.class) {
            return new RulePlan(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
        }
        if (type.isEnum()) return type.getEnumConstants()[0];
        if (type == StreamException.class) return construct(type, StreamException.Reason.TOKEN_REFUSED, "why");
        return construct(type, 42L, "{}".getBytes(StandardCharsets.UTF_8), Origin.LIVE, NOW);
    }

    private static Object construct(Class<?> type, Object... values) throws ReflectiveOperationException {
        Constructor<?> constructor = Arrays.stream(type.getDeclaredConstructors())
                .filter(candidate -> candidate.getParameterCount() == values.length)
                .findFirst()
                .orElseThrow();
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyKindHasALineOfItsOwn(Class<?> kind) throws ReflectiveOperationException {
        String line = EventText.of(sample(kind));
        assertThat(line).startsWith("2026-11-22T12:00:00.123Z  ").doesNotContain(kind.getSimpleName() + "[");
        assertThat(line.chars()).noneMatch(Character::isISOControl);
    }

    @Test
    void whatIsForeignCannotSteerTheTerminal() {
        String line = EventText.of(new StreamEvent.MessageUnknown(NOW, 1, "a\u001b[2Jb\nc"));
        assertThat(line).endsWith("a[2Jb · c");
    }

    @Test
    void aPlannedConnectTellsHowLongAndWhy() {
        String line =
                EventText.of(new StreamEvent.Waiting(NOW, 1, NOW.plusSeconds(900), StreamEvent.Waiting.Why.PARKED));
        assertThat(line).contains("15:00 min").contains("credits");
    }

    @Test
    void anOutageIsToldAsLoss() {
        Outage outage = new Outage(3, STALLED, NOW.minusSeconds(31), NOW.minusSeconds(5), NOW, false);
        assertThat(EventText.of(new StreamEvent.OutageEnded(NOW, outage)))
                .endsWith("Outage 3 is over after 31.0 s; posts that X sent meanwhile are lost.");
    }
}
