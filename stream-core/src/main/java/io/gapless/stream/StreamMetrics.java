package io.gapless.stream;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Publishes a stream's health as Micrometer meters. Micrometer is an optional dependency; add it to your program to use
 * this class. The meters exist as long as the registry, so you need not keep this object. Thread-safe.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>kind</th><th>meaning</th></tr>
 * <tr><td>{@code gapless.connections.live}</td><td>gauge</td><td>connections that are up, 0 to 2</td></tr>
 * <tr><td>{@code gapless.connects.left}</td><td>gauge</td><td>connects that the connect budget still allows</td></tr>
 * <tr><td>{@code gapless.signal.age}</td><td>gauge, seconds</td><td>time since the last signal of a live
 * connection; NaN before the first</td></tr>
 * <tr><td>{@code gapless.post.age}</td><td>gauge, seconds</td><td>time since the last post on a live
 * connection; NaN before the first</td></tr>
 * <tr><td>{@code gapless.inbox.posts}</td><td>gauge</td><td>posts that wait for the handler</td></tr>
 * <tr><td>{@code gapless.inbox.bytes}</td><td>gauge, bytes</td><td>size of the posts in the inbox</td></tr>
 * <tr><td>{@code gapless.handler.down}</td><td>gauge</td><td>1 while the handler counts as down</td></tr>
 * <tr><td>{@code gapless.posts.received}</td><td>counter</td><td>posts received, duplicates included</td></tr>
 * <tr><td>{@code gapless.posts.handled}</td><td>counter</td><td>posts that the handler has acknowledged</td></tr>
 * <tr><td>{@code gapless.posts.duplicates}</td><td>counter</td><td>posts dropped because they had already been
 * received</td></tr>
 * <tr><td>{@code gapless.spill.bytes}</td><td>gauge, bytes</td><td>size of the posts in the spill file</td></tr>
 * <tr><td>{@code gapless.gaps.open}</td><td>gauge</td><td>gaps without a verdict</td></tr>
 * <tr><td>{@code gapless.spans.lost}</td><td>counter</td><td>spans that are certainly lost</td></tr>
 * <tr><td>{@code gapless.spans.doubtful}</td><td>counter</td><td>spans in which posts may be missing</td></tr>
 * <tr><td>{@code gapless.posts.recovered}</td><td>counter</td><td>posts recovered by gaps that are closed</td></tr>
 * <tr><td>{@code gapless.posts.dead.lettered}</td><td>counter</td><td>posts that were dead-lettered</td></tr>
 * </table>
 */
@SuppressWarnings("exports") // Only users of this class need Micrometer.
public final class StreamMetrics implements MeterBinder {
    private final Supplier<Health> health;
    private final Iterable<Tag> tags;

    /**
     * Creates the meters of one stream.
     *
     * @param health returns the stream's health, such as {@code stream::health}; called each time that a meter is
     *     read, so it must be quick
     */
    public StreamMetrics(Supplier<Health> health) {
        this(health, Tags.empty());
    }

    /**
     * Creates the meters of one stream among several.
     *
     * @param health returns the stream's health, such as {@code stream::health}; called each time that a meter is
     *     read, so it must be quick
     * @param tags the tags that distinguish the meters of this stream from those of other streams
     */
    public StreamMetrics(Supplier<Health> health, Iterable<Tag> tags) {
        this.health = health;
        this.tags = tags;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "gapless.connections.live", "connections that are up", Health::connectionsLive);
        gauge(registry, "gapless.connects.left", "connects that the connect budget still allows", Health::connectsLeft);
        seconds(
                registry,
                "gapless.signal.age",
                "time since the last signal of a live connection",
                Health::sinceLastSignal);
        seconds(registry, "gapless.post.age", "time since the last post on a live connection", Health::sinceLastPost);
        gauge(registry, "gapless.inbox.posts", "posts that wait for the handler", Health::inboxPosts);
        gauge("gapless.inbox.bytes", "size of the posts in the inbox", Health::inboxBytes)
                .baseUnit("bytes")
                .register(registry);
        gauge("gapless.spill.bytes", "size of the posts in the spill file", Health::spilledBytes)
                .baseUnit("bytes")
                .register(registry);
        gauge(registry, "gapless.gaps.open", "gaps without a verdict", Health::openGaps);
        gauge(registry, "gapless.handler.down", "1 while the handler counts as down", now -> now.handlerDown() ? 1 : 0);
        counter(registry, "gapless.posts.received", "posts received, duplicates included", Health::received);
        counter(registry, "gapless.posts.handled", "posts that the handler has acknowledged", Health::handled);
        counter(
                registry,
                "gapless.posts.duplicates",
                "posts dropped because they had already been received",
                Health::duplicates);
        counter(registry, "gapless.posts.dead.lettered", "posts that were dead-lettered", Health::deadLettered);
        counter(registry, "gapless.posts.recovered", "posts recovered by gaps that are closed", Health::recovered);
        counter(registry, "gapless.spans.lost", "spans that are certainly lost", Health::lostSpans);
        counter(registry, "gapless.spans.doubtful", "spans in which posts may be missing", Health::doubtfulSpans);
    }

    /**
     * Returns a function that reads one number from the current health. Micrometer keeps only a weak reference to the
     * object that a meter measures, but a strong one to the function. So the function refers to {@link #health}, which
     * keeps that object alive.
     */
    private ToDoubleFunction<Supplier<Health>> reading(ToDoubleFunction<Health> value) {
        return weaklyHeld -> value.applyAsDouble(health.get());
    }

    private Gauge.Builder<Supplier<Health>> gauge(String name, String description, ToDoubleFunction<Health> value) {
        return Gauge.builder(name, health, reading(value)).tags(tags).description(description);
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<Health> value) {
        gauge(name, description, value).register(registry);
    }

    private void seconds(
            MeterRegistry registry, String name, String description, Function<Health, Optional<Duration>> age) {
        gauge(name, description, now -> age.apply(now)
                        .map(StreamMetrics::seconds)
                        .orElse(Double.NaN))
                .baseUnit("seconds")
                .register(registry);
    }

    private static double seconds(Duration age) {
        return age.toMillis() / 1_000.0;
    }

    private void counter(MeterRegistry registry, String name, String description, ToDoubleFunction<Health> value) {
        FunctionCounter.builder(name, health, reading(value))
                .tags(tags)
                .description(description)
                .register(registry);
    }
}
