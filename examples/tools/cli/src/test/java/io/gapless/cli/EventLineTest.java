package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.RecoveryEvent;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.Outage;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Post;
import io.gapless.stream.spi.ReceivedPost;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventLineTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00.123456Z");
    private static final Disconnection STALLED = new Disconnection.Stalled(Duration.ofSeconds(25));

    static Stream<Class<?>> kinds() {
        return Stream.of(StreamEvent.class, RecoveryEvent.class)
                .flatMap(family -> Arrays.stream(family.getPermittedSubclasses()))
                .filter(Class::isRecord);
    }

    /** Something plausible in each component, so that a new kind is tested without being listed here. */
    private static Object sample(Class<?> type) throws ReflectiveOperationException {
        if (type == Instant.class) return NOW;
        if (type == Duration.class) return Duration.ofSeconds(3);
        if (type == int.class) return 1;
        if (type == long.class) return 7L;
        if (type == boolean.class) return true;
        if (type == byte[].class) return "{}".getBytes(StandardCharsets.UTF_8);
        if (type == String.class) return "words\nof \u001b[2Jothers";
        if (type == List.class) return List.of();
        if (type == Optional.class) return Optional.empty();
        if (type == OptionalLong.class) return OptionalLong.of(42);
        if (type == Throwable.class) return new IOException("no space left");
        if (type == Span.class) return new Span(NOW, NOW.plusSeconds(1));
        if (type == Disconnection.class) return STALLED;
        if (type == Post.class) return construct(ReceivedPost.class);
        return type.isEnum() ? type.getEnumConstants()[0] : construct(type);
    }

    private static Object construct(Class<?> type) throws ReflectiveOperationException {
        Constructor<?> constructor = Arrays.stream(type.getDeclaredConstructors())
                .min(Comparator.comparing(Constructor::getParameterCount))
                .orElseThrow();
        constructor.setAccessible(true);
        Class<?>[] types = constructor.getParameterTypes();
        Object[] values = new Object[types.length];
        for (int i = 0; i < types.length; i++) values[i] = sample(types[i]);
        return constructor.newInstance(values);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyKindHasALine(Class<?> kind) throws ReflectiveOperationException {
        String line = EventLine.of((StreamEvent) sample(kind), false);
        assertThat(line)
                .startsWith("2026-11-22T12:00:00.123Z  ")
                .doesNotContain(kind.getSimpleName() + "[")
                .hasSizeGreaterThan(30);
        assertThat(line.chars()).noneMatch(Character::isISOControl);
    }

    @Test
    void whatIsForeignCannotSteerTheTerminal() {
        String line = EventLine.of(new StreamEvent.MessageUnknown(NOW, 1, "a\u001b[2Jb\nc", 1), false);
        assertThat(line).endsWith("a[2Jb · c");
    }

    @Test
    void anOutageIsToldAsLossUnlessItIsRecovered() {
        Outage outage = new Outage(3, STALLED, NOW.minusSeconds(31), NOW.minusSeconds(5), NOW, false);
        StreamEvent ended = new StreamEvent.OutageEnded(NOW, outage);
        assertThat(EventLine.of(ended, false))
                .endsWith("Outage 3 ended after 31 s. Posts that X sent meanwhile are lost; with --state, they are"
                        + " recovered.");
        assertThat(EventLine.of(ended, true)).endsWith("Outage 3 ended after 31 s.");
    }

    @Test
    void aProxyThatRefusesIsToldWithTheVariableThatNamesIt() {
        Disconnection refused = new Disconnection.Network("PROXY", "the tunnel failed");
        assertThat(EventLine.of(new StreamEvent.ConnectFailed(NOW, 1, refused), false))
                .contains("the tunnel failed")
                .endsWith("http://user:password@host:port.");
    }
}
