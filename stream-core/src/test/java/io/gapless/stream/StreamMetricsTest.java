package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.spi.Recovery;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
                new Recovery.Account(new Recovery.Gaps(1, 2, 3, 4, 5, 6), new Recovery.Bought(200, 300, 2_000), 7),
                handling().read(0),
                endings()));
    }

    private static Handling handling() {
        Handling handling = new Handling(0);
        handling.called(0, 3_000_000);
        handling.called(0, 5_000_000);
        return handling;
    }

    private static EndingCounts endings() {
        EndingCounts endings = new EndingCounts();
        Disconnection stalled = new Disconnection.Stalled(Duration.ofSeconds(25));
        endings.add(new StreamEvent.Disconnected(Instant.EPOCH, 2, stalled, Instant.EPOCH));
        endings.add(new StreamEvent.ConnectFailed(Instant.EPOCH, 1, stalled));
        endings.add(new StreamEvent.ConnectFailed(Instant.EPOCH, 1, stalled));
        return endings;
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
    void endingsAreCountedByConnectionAndCause() {
        new StreamMetrics(health::get).bindTo(registry);

        assertThat(count("gapless.disconnections", "connection", "2", "cause", "stalled"))
                .isEqualTo(1);
        assertThat(count("gapless.disconnections", "connection", "1", "cause", "stalled"))
                .isZero();
        assertThat(count("gapless.connects.failed", "connection", "1", "cause", "stalled"))
                .isEqualTo(2);
    }

    @Test
    void whatWasRecoveredIsCountedByMethodAndWhatWasBoughtInDollars() {
        new StreamMetrics(health::get).bindTo(registry);

        assertThat(count("gapless.posts.recovered", "method", "backfill")).isEqualTo(4);
        assertThat(count("gapless.posts.recovered", "method", "recovery_job")).isEqualTo(5);
        assertThat(count("gapless.posts.recovered", "method", "search")).isEqualTo(6);
        assertThat(count("gapless.posts.bought")).isEqualTo(200);
        assertThat(count("gapless.spent")).isEqualTo(1.0);
        assertThat(gauge("gapless.term")).isEqualTo(7);
    }

    @Test
    void onlyTheConditionThatHoldsIsOne() {
        new StreamMetrics(() -> health(Optional.of(Duration.ZERO), 0)).bindTo(registry);

        assertThat(registry.get("gapless.condition")
                        .tag("condition", "degraded")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("gapless.condition").gauges().stream()
                        .mapToDouble(one -> one.value())
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void theHandlersTimeIsATimerWithPercentiles() {
        new StreamMetrics(health::get).bindTo(registry);

        assertThat(registry.get("gapless.handler.time").functionTimer().count()).isEqualTo(2);
        assertThat(registry.get("gapless.handler.time").functionTimer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(8);
        assertThat(registry.get("gapless.handler.time.recent")
                        .tag("quantile", "0.5")
                        .gauge()
                        .value())
                .isBetween(0.003, 0.003 * 9 / 8);
        assertThat(registry.get("gapless.lag").tag("quantile", "0.99").gauge().value())
                .isNaN();
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
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
