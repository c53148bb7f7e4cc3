package io.gapless.stream;

import io.gapless.stream.event.Disconnection;
import io.gapless.stream.post.Origin;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
 * <tr><td>{@code gapless.condition}</td><td>gauge, tag {@code condition}</td><td>1 for the condition that holds, 0 for
 * the others</td></tr>
 * <tr><td>{@code gapless.connections.live}</td><td>gauge</td><td>connections that are up, 0 to 2</td></tr>
 * <tr><td>{@code gapless.connects.left}</td><td>gauge</td><td>connects that the connect budget still allows</td></tr>
 * <tr><td>{@code gapless.disconnections}</td><td>counter, tags {@code connection}, {@code cause}</td><td>connections
 * that have ended</td></tr>
 * <tr><td>{@code gapless.connects.failed}</td><td>counter, tags {@code connection}, {@code cause}</td><td>connections
 * that could not be opened</td></tr>
 * <tr><td>{@code gapless.signal.age}</td><td>gauge, seconds</td><td>time since the last signal of a live connection;
 * NaN before the first</td></tr>
 * <tr><td>{@code gapless.post.age}</td><td>gauge, seconds</td><td>time since the last post on a live connection; NaN
 * before the first</td></tr>
 * <tr><td>{@code gapless.lag}</td><td>gauge, seconds, tag {@code quantile}</td><td>time from the creation of a live
 * post to its acknowledgement, in the last minute or two; NaN without live posts</td></tr>
 * <tr><td>{@code gapless.handler.time}</td><td>timer</td><td>calls of the handler, and the time they took</td></tr>
 * <tr><td>{@code gapless.handler.time.recent}</td><td>gauge, seconds, tag {@code quantile}</td><td>time of a call of
 * the handler, in the last minute or two; NaN without calls</td></tr>
 * <tr><td>{@code gapless.handler.down}</td><td>gauge</td><td>1 while the handler counts as down</td></tr>
 * <tr><td>{@code gapless.inbox.posts}</td><td>gauge</td><td>posts that wait for the handler</td></tr>
 * <tr><td>{@code gapless.inbox.bytes}</td><td>gauge, bytes</td><td>size of the posts in the inbox</td></tr>
 * <tr><td>{@code gapless.spill.bytes}</td><td>gauge, bytes</td><td>size of the posts in the spill file</td></tr>
 * <tr><td>{@code gapless.spill.max.bytes}</td><td>gauge, bytes</td><td>how much the spill file may hold; 0 without
 * one</td></tr>
 * <tr><td>{@code gapless.posts.received}</td><td>counter</td><td>posts received, duplicates included</td></tr>
 * <tr><td>{@code gapless.posts.handled}</td><td>counter, tag {@code origin}</td><td>posts that the handler has
 * acknowledged</td></tr>
 * <tr><td>{@code gapless.posts.duplicates}</td><td>counter</td><td>posts dropped because they had already been
 * received</td></tr>
 * <tr><td>{@code gapless.posts.dead.lettered}</td><td>counter</td><td>posts that were dead-lettered</td></tr>
 * <tr><td>{@code gapless.posts.recovered}</td><td>counter, tag {@code method}</td><td>posts recovered by gaps that are
 * closed</td></tr>
 * <tr><td>{@code gapless.posts.bought}</td><td>counter</td><td>posts that search has bought</td></tr>
 * <tr><td>{@code gapless.spent}</td><td>counter</td><td>what the bought posts cost, at $0.005 each</td></tr>
 * <tr><td>{@code gapless.gaps.open}</td><td>gauge</td><td>gaps without a verdict</td></tr>
 * <tr><td>{@code gapless.spans.lost}</td><td>counter</td><td>spans that are certainly lost</td></tr>
 * <tr><td>{@code gapless.spans.doubtful}</td><td>counter</td><td>spans in which posts may be missing</td></tr>
 * <tr><td>{@code gapless.standing.by}</td><td>gauge</td><td>1 while another process holds the shared state</td></tr>
 * <tr><td>{@code gapless.term}</td><td>gauge</td><td>number of this process among the holders of the shared state; 0
 * without one</td></tr>
 * </table>
 */
@SuppressWarnings("exports") // Only users of this class need Micrometer.
public final class StreamMetrics implements MeterBinder {
    private static final double[] QUANTILES = {0.5, 0.95, 0.99};
    /** X's price of a post that search returns. */
    private static final double DOLLARS_PER_POST = 0.005;

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
        condition(registry);
        connections(registry);
        posts(registry);
        handler(registry);
        recovery(registry);
    }

    private void condition(MeterRegistry registry) {
        for (Health.Condition condition : Health.Condition.values()) {
            gauge("gapless.condition", "1 for the condition that holds", now -> now.condition() == condition ? 1 : 0)
                    .tag("condition", word(condition))
                    .register(registry);
        }
        gauge(
                registry,
                "gapless.standing.by",
                "1 while another process holds the shared state",
                now -> now.state() == Health.State.STANDING_BY ? 1 : 0);
        gauge(registry, "gapless.term", "number of this process among the holders of the shared state", Health::term);
    }

    private void connections(MeterRegistry registry) {
        gauge(registry, "gapless.connections.live", "connections that are up", Health::connectionsLive);
        gauge(registry, "gapless.connects.left", "connects that the connect budget still allows", Health::connectsLeft);
        for (int connection = 1; connection <= 2; connection++) {
            for (Disconnection.Cause cause : Disconnection.Cause.values()) {
                int number = connection;
                Tags which = Tags.of("connection", Integer.toString(number), "cause", word(cause));
                counter(
                                "gapless.disconnections",
                                "connections that have ended",
                                now -> now.disconnections(number, cause))
                        .tags(which)
                        .register(registry);
                counter(
                                "gapless.connects.failed",
                                "connections that could not be opened",
                                now -> now.failedConnects(number, cause))
                        .tags(which)
                        .register(registry);
            }
        }
        seconds(
                registry,
                "gapless.signal.age",
                "time since the last signal of a live connection",
                Tags.empty(),
                Health::sinceLastSignal);
        seconds(
                registry,
                "gapless.post.age",
                "time since the last post on a live connection",
                Tags.empty(),
                Health::sinceLastPost);
    }

    private void posts(MeterRegistry registry) {
        counter(registry, "gapless.posts.received", "posts received, duplicates included", Health::received);
        for (Origin origin : Origin.values()) {
            counter("gapless.posts.handled", "posts that the handler has acknowledged", now -> now.handled(origin))
                    .tag("origin", word(origin))
                    .register(registry);
        }
        counter(
                registry,
                "gapless.posts.duplicates",
                "posts dropped because they had already been received",
                Health::duplicates);
        counter(registry, "gapless.posts.dead.lettered", "posts that were dead-lettered", Health::deadLettered);
        gauge(registry, "gapless.inbox.posts", "posts that wait for the handler", Health::inboxPosts);
        bytes(registry, "gapless.inbox.bytes", "size of the posts in the inbox", Health::inboxBytes);
        bytes(registry, "gapless.spill.bytes", "size of the posts in the spill file", Health::spilledBytes);
        bytes(registry, "gapless.spill.max.bytes", "how much the spill file may hold", Health::spillMaxBytes);
    }

    private void handler(MeterRegistry registry) {
        gauge(registry, "gapless.handler.down", "1 while the handler counts as down", now -> now.handlerDown() ? 1 : 0);
        FunctionTimer.builder(
                        "gapless.handler.time",
                        health,
                        weaklyHeld -> health.get().handlerCalls(),
                        weaklyHeld -> health.get().handlerTime().toNanos(),
                        TimeUnit.NANOSECONDS)
                .tags(tags)
                .description("calls of the handler")
                .register(registry);
        for (double quantile : QUANTILES) {
            Tags which = Tags.of("quantile", Double.toString(quantile));
            seconds(
                    registry,
                    "gapless.handler.time.recent",
                    "time of a call of the handler, in the last minute or two",
                    which,
                    now -> now.handlerTime(quantile));
            seconds(
                    registry,
                    "gapless.lag",
                    "time from the creation of a live post to its acknowledgement, in the last minute or two",
                    which,
                    now -> now.lag(quantile));
        }
    }

    private void recovery(MeterRegistry registry) {
        gauge(registry, "gapless.gaps.open", "gaps without a verdict", Health::openGaps);
        counter(registry, "gapless.spans.lost", "spans that are certainly lost", Health::lostSpans);
        counter(registry, "gapless.spans.doubtful", "spans in which posts may be missing", Health::doubtfulSpans);
        for (Origin method : List.of(Origin.BACKFILL, Origin.RECOVERY_JOB, Origin.SEARCH)) {
            counter("gapless.posts.recovered", "posts recovered by gaps that are closed", now -> now.recovered(method))
                    .tag("method", word(method))
                    .register(registry);
        }
        counter(registry, "gapless.posts.bought", "posts that search has bought", Health::bought);
        counter("gapless.spent", "what the bought posts cost", now -> now.bought() * DOLLARS_PER_POST)
                .baseUnit("dollars")
                .register(registry);
    }

    /** Returns the name of a constant as the value of a tag. */
    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
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

    private void bytes(MeterRegistry registry, String name, String description, ToDoubleFunction<Health> value) {
        gauge(name, description, value).baseUnit("bytes").register(registry);
    }

    private void seconds(
            MeterRegistry registry,
            String name,
            String description,
            Tags which,
            Function<Health, Optional<Duration>> length) {
        gauge(name, description, now -> length.apply(now)
                        .map(StreamMetrics::seconds)
                        .orElse(Double.NaN))
                .tags(which)
                .baseUnit("seconds")
                .register(registry);
    }

    private static double seconds(Duration length) {
        return length.toNanos() / 1e9;
    }

    private FunctionCounter.Builder<Supplier<Health>> counter(
            String name, String description, ToDoubleFunction<Health> value) {
        return FunctionCounter.builder(name, health, reading(value)).tags(tags).description(description);
    }

    private void counter(MeterRegistry registry, String name, String description, ToDoubleFunction<Health> value) {
        counter(name, description, value).register(registry);
    }
}
