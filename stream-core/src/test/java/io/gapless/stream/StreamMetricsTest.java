package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class StreamMetricsTest {
    private final AtomicReference<Health> health = new AtomicReference<>(health(Optional.empty(), 0));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private static Health health(Optional<Duration> sinceLastSignal, long received) {
        return new Health(new Health.Facts(
                Health.State.LIVE,
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                sinceLastSignal,
                Optional.empty(),
                1,
                49,
                3,
                4_096,
                0,
                0,
                received,
                7,
                2,
                1,
                true,
                1,
                2,
                3,
                4));
    }

    @Test
    void metersTellTheHealthOfTheMomentAtWhichTheyAreRead() {
        new StreamMetrics(health::get).bindTo(registry);
        health.set(health(Optional.of(Duration.ofMillis(1_500)), 12));

        assertThat(gauge("gapless.signal.age")).isEqualTo(1.5);
        assertThat(gauge("gapless.connections.live")).isEqualTo(1);
        assertThat(gauge("gapless.inbox.bytes")).isEqualTo(4_096);
        assertThat(gauge("gapless.handler.down")).isEqualTo(1);
        assertThat(registry.get("gapless.posts.received").functionCounter().count())
                .isEqualTo(12);
        assertThat(registry.get("gapless.posts.dead.lettered").functionCounter().count())
                .isEqualTo(1);
    }

    @Test
    void anAgeBeforeTheFirstSignalIsNoNumber() {
        new StreamMetrics(health::get).bindTo(registry);

        assertThat(gauge("gapless.signal.age")).isNaN();
        assertThat(gauge("gapless.post.age")).isNaN();
    }

    @Test
    void severalStreamsAreToldApartByTags() {
        new StreamMetrics(() -> health(Optional.empty(), 1), Tags.of("stream", "cats")).bindTo(registry);
        new StreamMetrics(() -> health(Optional.empty(), 2), Tags.of("stream", "dogs")).bindTo(registry);

        assertThat(registry.get("gapless.posts.received")
                        .tag("stream", "dogs")
                        .functionCounter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("gapless.gaps.open")
                        .tag("stream", "cats")
                        .gauge()
                        .value())
                .isNotNaN();
    }

    @Test
    void metersOutliveTheGarbageCollection() {
        WeakReference<Supplier<Health>> supplier = bind(() -> health(Optional.of(Duration.ofSeconds(2)), 12));
        System.gc();

        assertThat(supplier.get()).isNotNull();
        assertThat(gauge("gapless.signal.age")).isEqualTo(2);
        assertThat(registry.get("gapless.posts.received").functionCounter().count())
                .isEqualTo(12);
    }

    /** Nothing but the registry is left when it returns. */
    private WeakReference<Supplier<Health>> bind(Supplier<Health> supplier) {
        Supplier<Health> own = new Supplier<>() {
            @Override
            public Health get() {
                return supplier.get();
            }
        };
        new StreamMetrics(own).bindTo(registry);
        return new WeakReference<>(own);
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }
}
