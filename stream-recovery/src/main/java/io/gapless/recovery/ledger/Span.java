package io.gapless.recovery.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Describes a span of time, from a start (inclusive) to an end (exclusive), in X's time. Never empty. Immutable.
 *
 * @param from the start, inclusive
 * @param until the end, exclusive
 */
public record Span(Instant from, Instant until) {
    private static final Duration MILLIS_MATTER = Duration.ofSeconds(5);

    /**
     * Creates a span. Throws {@link IllegalArgumentException} if it would be empty.
     *
     * @param from the start, inclusive
     * @param until the end, exclusive
     */
    public Span {
        if (!from.isBefore(until))
            throw new IllegalArgumentException(
                    "The span is empty: it starts at " + from + " and ends at " + until + ". The end must be later.");
    }

    /**
     * Returns the span between two times, if it is not empty.
     *
     * @param from the start, inclusive
     * @param until the end, exclusive
     * @return the span; empty if the end is not after the start
     */
    public static Optional<Span> between(Instant from, Instant until) {
        return from.isBefore(until) ? Optional.of(new Span(from, until)) : Optional.empty();
    }

    /**
     * Returns how long the span is.
     *
     * @return the length
     */
    public Duration length() {
        return Duration.between(from, until);
    }

    /**
     * Returns whether a time lies within the span.
     *
     * @param moment the time
     * @return true from the start on, false from the end on
     */
    public boolean contains(Instant moment) {
        return !moment.isBefore(from) && moment.isBefore(until);
    }

    /**
     * Returns the part that this span and another one have in common.
     *
     * @param other the other span
     * @return the common span; empty if they do not overlap
     */
    public Optional<Span> common(Span other) {
        return between(later(from, other.from), earlier(until, other.until));
    }

    /**
     * Returns the parts of this span that lie outside the given spans.
     *
     * @param others the spans to leave out, in any order
     * @return the remaining spans, oldest first
     */
    public List<Span> minus(List<Span> others) {
        List<Span> rests = new ArrayList<>();
        Instant start = from;
        for (Span other :
                others.stream().sorted(Comparator.comparing(Span::from)).toList()) {
            if (!other.until.isAfter(start)) continue;
            if (!other.from.isBefore(until)) break;
            between(start, other.from).ifPresent(rests::add);
            start = other.until;
        }
        between(start, until).ifPresent(rests::add);
        return List.copyOf(rests);
    }

    /**
     * Returns spans that contain the same moments as the given ones, but as few spans as possible, oldest first. Spans
     * that overlap or touch become one span.
     *
     * @param spans the spans, in any order
     * @return the union
     */
    public static List<Span> union(List<Span> spans) {
        List<Span> union = new ArrayList<>();
        for (Span next : spans.stream().sorted(Comparator.comparing(Span::from)).toList()) {
            Span last = union.isEmpty() ? null : union.get(union.size() - 1);
            if (last == null || next.from.isAfter(last.until)) union.add(next);
            else union.set(union.size() - 1, new Span(last.from, later(last.until, next.until)));
        }
        return List.copyOf(union);
    }

    /**
     * Returns the shortest span that contains two spans.
     *
     * @param a a span
     * @param b another one, which may lie apart
     * @return from the earlier start to the later end
     */
    public static Span enclosing(Span a, Span b) {
        return new Span(earlier(a.from, b.from), later(a.until, b.until));
    }

    /**
     * Joins parts that have the same content and whose spans overlap or touch. Returns as few parts as possible, oldest
     * first.
     *
     * @param spanOf returns the span of a part
     * @param with returns a copy of a part with another span
     * @param sayingOf returns the content of a part, by which parts are compared
     */
    static <T> List<T> joined(
            List<T> parts, Function<T, Span> spanOf, BiFunction<T, Span, T> with, Function<T, Object> sayingOf) {
        Map<Object, List<T>> alike = new LinkedHashMap<>();
        for (T part : parts)
            alike.computeIfAbsent(sayingOf.apply(part), key -> new ArrayList<>())
                    .add(part);
        List<T> joined = new ArrayList<>();
        for (List<T> same : alike.values()) {
            for (Span span : union(same.stream().map(spanOf).toList())) joined.add(with.apply(same.get(0), span));
        }
        joined.sort(Comparator.comparing(part -> spanOf.apply(part).from()));
        return List.copyOf(joined);
    }

    /**
     * Returns a moment as text for people, to the second.
     *
     * @param moment the moment
     * @return the moment in UTC, as in {@code 2026-11-22T12:00:00Z}
     */
    public static String text(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /**
     * Returns the span as text for people, in X's time: to the millisecond if it is shorter than 5 s, else to the
     * second.
     *
     * @return both moments in UTC
     */
    public String describe() {
        ChronoUnit unit = length().compareTo(MILLIS_MATTER) < 0 ? ChronoUnit.MILLIS : ChronoUnit.SECONDS;
        return from.truncatedTo(unit) + " to " + until.truncatedTo(unit);
    }

    /**
     * Returns the earlier one of two moments.
     *
     * @param a a moment
     * @param b another one
     * @return {@code a} or {@code b}
     */
    public static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /**
     * Returns the later one of two moments.
     *
     * @param a a moment
     * @param b another one
     * @return {@code a} or {@code b}
     */
    public static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
