package io.gapless.page;

import io.gapless.stream.Health;
import io.gapless.stream.post.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers posts per second and lag of the last ten minutes, a sample a second. The monitor guards the samples; the
 * ticker adds, viewers' threads read.
 */
final class Samples {
    private static final int KEPT = 600;
    static final List<Origin> ORIGINS = List.of(Origin.LIVE, Origin.BACKFILL, Origin.RECOVERY_JOB, Origin.SEARCH);

    /**
     * Holds one second.
     *
     * @param rates posts per second, in the order of {@link #ORIGINS}
     */
    record Sample(Instant at, List<Double> rates, Optional<Duration> lag50, Optional<Duration> lag99) {}

    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private Map<Origin, Long> counts = Map.of();
    private @Nullable Instant countedAt;

    synchronized void add(Optional<Health> known, Instant now) {
        if (known.isEmpty()) return;
        Health health = known.get();
        Instant before = countedAt;
        if (before != null && !now.isAfter(before)) return;
        Map<Origin, Long> last = counts;
        counts = Map.of(
                Origin.LIVE, health.handled(Origin.LIVE),
                Origin.BACKFILL, health.handled(Origin.BACKFILL),
                Origin.RECOVERY_JOB, health.handled(Origin.RECOVERY_JOB),
                Origin.SEARCH, health.handled(Origin.SEARCH));
        countedAt = now;
        if (before == null) return;
        double seconds = Duration.between(before, now).toNanos() / 1e9;
        samples.addLast(new Sample(
                now,
                ORIGINS.stream()
                        .map(origin -> (counts.getOrDefault(origin, 0L) - last.getOrDefault(origin, 0L)) / seconds)
                        .toList(),
                health.lag(0.5),
                health.lag(0.99)));
        if (samples.size() > KEPT) samples.removeFirst();
    }

    synchronized List<Sample> all() {
        return List.copyOf(samples);
    }

    synchronized Optional<Sample> last() {
        return Optional.ofNullable(samples.peekLast());
    }
}
