package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.api.BodyJson;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.Outage;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Problem;
import io.gapless.stream.rules.RulePlan;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.seam.Durations;
import io.gapless.stream.spi.MessageParser;
import io.gapless.stream.spi.Source;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What events say to people. */
class EventTextTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Disconnection STALLED = new Disconnection.Stalled(Duration.ofSeconds(25));
    private static final Problem PROBLEM =
            BodyJson.problem("{\"title\":\"Unauthorized\"}".getBytes(StandardCharsets.UTF_8));

    static Stream<Class<?>> kinds() {
        return Arrays.stream(StreamEvent.class.getPermittedSubclasses()).filter(Class::isRecord);
    }

    /** By type, so that a new kind of event is tested without being listed here. */
    private static Object sample(Class<?> type) {
        if (type == Instant.class) return NOW;
        if (type == Duration.class) return Duration.ofSeconds(3);
        if (type == int.class) return 1;
        if (type == long.class) return 7L;
        if (type == String.class) return "words";
        if (type == OptionalLong.class) return OptionalLong.of(42);
        if (type == boolean.class) return true;
        if (type == List.class) return List.of("cats");
        if (type == Optional.class) return Optional.of(STALLED);
        if (type == Throwable.class) return new IllegalStateException("no space left");
        if (type == Disconnection.class) return STALLED;
        if (type == Outage.class) return new Outage(3, STALLED, NOW.minusSeconds(31), NOW.minusSeconds(5), NOW, false);
        if (type == Problem.class) return PROBLEM;
        if (type == RulePlan.class) return RulePlan.between(RuleSet.of("cats", "cat"), List.of());
        if (type == StreamException.class) return GivingUp.after(STALLED);
        if (type == Post.class) {
            byte[] line = "{\"data\":{\"id\":\"7\"}}".getBytes(StandardCharsets.UTF_8);
            return MessageParser.parse(line, 0, line.length, id -> new Source(Origin.LIVE), NOW);
        }
        if (type.isEnum()) return type.getEnumConstants()[0];
        throw new AssertionError("no sample of " + type);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyKindIsASentence(Class<?> kind) throws ReflectiveOperationException {
        Constructor<?> constructor = kind.getDeclaredConstructors()[0];
        Object[] components = Arrays.stream(constructor.getParameterTypes())
                .map(EventTextTest::sample)
                .toArray();
        String said = ((StreamEvent) constructor.newInstance(components)).describe();

        assertThat(said)
                .matches("[A-Z\\d].{9,}")
                .doesNotContain(kind.getSimpleName() + "[")
                .doesNotContain("..")
                .doesNotContain("null");
    }

    @ParameterizedTest
    @EnumSource
    void everyReasonToWaitTellsHowLong(StreamEvent.Waiting.Why why) {
        assertThat(new StreamEvent.Waiting(NOW, 1, NOW.plusSeconds(90), why, Optional.empty()).describe())
                .contains(Durations.text(Duration.ofSeconds(90)));
    }

    @ParameterizedTest
    @EnumSource
    void everyFaultOfALineTellsWhatBecameOfTheLine(LineFault fault) {
        assertThat(new StreamEvent.LineFaulty(NOW, 1, fault, 2_000_000, OptionalLong.of(42), 1).describe())
                .contains("42")
                .contains("2000000 bytes")
                .containsPattern("skipped|handed over|dropped")
                .doesNotContain(fault.name());
    }
}
