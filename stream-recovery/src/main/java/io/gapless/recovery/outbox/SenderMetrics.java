package io.gapless.recovery.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Publishes a sender's status as Micrometer meters. Micrometer is an optional dependency; add it to your program to use
 * this class. The meters exist as long as the registry, so you need not keep this object. Each reading of a meter reads
 * the outbox. Thread-safe.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>kind</th><th>meaning</th></tr>
 * <tr><td>{@code gapless.sender.waiting.records}</td><td>gauge</td><td>records that are not acknowledged</td></tr>
 * <tr><td>{@code gapless.sender.waiting.batches}</td><td>gauge</td><td>batches that are not acknowledged</td></tr>
 * <tr><td>{@code gapless.sender.quarantined}</td><td>gauge</td><td>records in the quarantine</td></tr>
 * <tr><td>{@code gapless.sender.disk.bytes}</td><td>gauge, bytes</td><td>size of the outbox</td></tr>
 * <tr><td>{@code gapless.sender.acknowledged.age}</td><td>gauge, seconds</td><td>time since an interval was last
 * acknowledged; NaN if never</td></tr>
 * <tr><td>{@code gapless.sender.late}</td><td>gauge</td><td>1 while an acknowledgement is overdue</td></tr>
 * <tr><td>{@code gapless.sender.endpoint.failing}</td><td>gauge</td><td>1 while the endpoint's last answer was not an
 * acknowledgement</td></tr>
 * <tr><td>{@code gapless.sender.source.failing}</td><td>gauge</td><td>1 while the source cannot be collected</td></tr>
 * </table>
 */
@SuppressWarnings("exports") // Only users of this class require Micrometer.
public final class SenderMetrics implements MeterBinder {
    private final Supplier<SenderStatus> status;
    private final InstantSource clock;
    private final Iterable<Tag> tags;

    /**
     * Creates the meters of one sender.
     *
     * @param status returns the sender's status, such as {@code sender::status}
     */
    public SenderMetrics(Supplier<SenderStatus> status) {
        this(status, Tags.empty());
    }

    /**
     * Creates the meters of one sender among several.
     *
     * @param status returns the sender's status, such as {@code sender::status}
     * @param tags the tags that distinguish its meters from those of the other senders
     */
    public SenderMetrics(Supplier<SenderStatus> status, Iterable<Tag> tags) {
        this(status, InstantSource.system(), tags);
    }

    SenderMetrics(Supplier<SenderStatus> status, InstantSource clock, Iterable<Tag> tags) {
        this.status = status;
        this.clock = clock;
        this.tags = tags;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "waiting.records", "", "records that are not acknowledged", SenderStatus::waitingRecords);
        gauge(registry, "waiting.batches", "", "batches that are not acknowledged", SenderStatus::waitingBatches);
        gauge(registry, "quarantined", "", "records in the quarantine", SenderStatus::quarantined);
        gauge(registry, "disk.bytes", "bytes", "size of the outbox", SenderStatus::diskBytes);
        gauge(
                registry,
                "acknowledged.age",
                "seconds",
                "time since an interval was last acknowledged",
                found -> found.lastAcknowledgedAt().map(this::age).orElse(Double.NaN));
        gauge(
                registry,
                "late",
                "",
                "1 while an acknowledgement is overdue",
                found -> found.isLate(clock.instant()) ? 1 : 0);
        gauge(
                registry,
                "endpoint.failing",
                "",
                "1 while the endpoint's last answer was no acknowledgement",
                found -> found.failure().isPresent() ? 1 : 0);
        gauge(
                registry,
                "source.failing",
                "",
                "1 while the source cannot be collected",
                found -> found.sourceFailure().isPresent() ? 1 : 0);
    }

    private double age(Instant moment) {
        return Math.max(0, Duration.between(moment, clock.instant()).toMillis() / 1000.0);
    }

    private void gauge(
            MeterRegistry registry, String name, String unit, String meaning, ToDoubleFunction<SenderStatus> value) {
        Gauge.builder("gapless.sender." + name, status, found -> value.applyAsDouble(found.get()))
                .description(meaning)
                .baseUnit(unit.isEmpty() ? null : unit)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }
}
