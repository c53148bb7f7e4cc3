package io.gapless.page;

import io.gapless.recovery.outbox.SenderMetrics;
import io.gapless.recovery.outbox.SenderStatus;
import io.gapless.stream.Health;
import io.gapless.stream.StreamMetrics;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the metrics in the text format of Prometheus. The meters are those that a program of its own would bind to its
 * registry. The monitor guards the binding, which happens with the first request after something is shown.
 */
final class PageMetrics implements AutoCloseable {
    private final Watched watched;
    private final Tags tags;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private boolean streamIsBound;
    private boolean senderIsBound;
    /** The health at the present request. All meters of a request are read from one snapshot. */
    private volatile @Nullable Health health;

    PageMetrics(Watched watched, Tags tags) {
        this.watched = watched;
        this.tags = tags;
    }

    synchronized String text() {
        Optional<Health> now = watched.health();
        if (now.isPresent()) {
            health = now.get();
            if (!streamIsBound) new StreamMetrics(this::snapshot, tags).bindTo(registry);
            streamIsBound = true;
        }
        if (watched.stored().outbox().isPresent()) {
            if (!senderIsBound) new SenderMetrics(this::outbox, tags).bindTo(registry);
            senderIsBound = true;
        }
        return registry.scrape();
    }

    private Health snapshot() {
        Health known = health;
        if (known == null) throw new IllegalStateException("Nothing is shown yet.");
        return known;
    }

    private SenderStatus outbox() {
        return watched.stored().outbox().orElseThrow();
    }

    @Override
    public void close() {
        registry.close();
    }
}
