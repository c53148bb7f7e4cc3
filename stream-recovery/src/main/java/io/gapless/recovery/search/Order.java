package io.gapless.recovery.search;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides which part of a gap is searched next where X bills each post: the outage, then the overlap before it, then
 * the overlap after it. Nearly all posts of the overlaps have been received. So in an overlap, X's counts are compared
 * first, before posts are bought. Pure.
 *
 * <pre>
 *   gap.from        last signal       reconnect        gap.until
 *  ────┼────────────────┼─────────────────┼────────────────┼────
 *      │     BEFORE     │     OUTAGE      │     AFTER      │
 *      │ late posts may │ all posts may   │ live posts     │
 *      │ be missing     │ be missing      │ have arrived   │
 * </pre>
 *
 * @param gap the gap
 * @param outage from the last signal to the reconnect, in whole seconds
 */
public record Order(Gap gap, Span outage) {
    /** The parts of a gap. */
    public enum Part {
        BEFORE,
        OUTAGE,
        AFTER
    }

    /** The result of a count of a span in an overlap. */
    public enum Says {
        /** X counts as many posts as were received. */
        COMPLETE,
        /** X counts more or fewer posts than were received. */
        INCOMPLETE,
        /** So few posts were received that a count would save little. The span is searched without a count. */
        FEW,
        /** Counts prove nothing for these rules, or X has not returned a count in time. */
        UNKNOWN
    }

    /** A counted span, and its result. */
    public record Counted(Span span, Says says) {}

    /** What to do next with a part. */
    public sealed interface Next {
        /** Count the posts of a span. */
        record Count(Span span) implements Next {}

        /** Search a span, and buy its posts. */
        record Buy(Span span) implements Next {}

        /** Do nothing: the span is complete, for this reason. */
        record Skip(Span span, String why) implements Next {}
    }

    private static final int COUNTS_BEFORE_MAX = 3;
    private static final int COUNTS_AFTER_MAX = 2;
    private static final Duration COUNTED_MIN = Duration.ofSeconds(5);
    /**
     * The span after a reconnect that is searched if it cannot be counted. The moment of the reconnect is known to
     * about two seconds, and X may need a few more seconds before it sends posts.
     */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private static final String NOTHING_LATE =
            "no post from before the outage was late, so what was due after it has come live; none was bought";

    public static Order of(Gap gap) {
        Instant last = gap.lastSignalAt();
        Instant up = gap.reconnectedAt().orElse(last);
        Instant from = Span.earlier(last, up).truncatedTo(ChronoUnit.SECONDS);
        Instant until = Span.later(last, up)
                .minusNanos(1)
                .truncatedTo(ChronoUnit.SECONDS)
                .plusSeconds(1);
        return new Order(gap, new Span(from, Span.later(until, from.plusSeconds(1))));
    }

    public Part partOf(Span span) {
        if (span.from().isBefore(outage.from())) return Part.BEFORE;
        return span.from().isBefore(outage.until()) ? Part.OUTAGE : Part.AFTER;
    }

    /**
     * Returns a part as a span. The span before the outage has no start, and the span after it has no end. Steps start
     * and end at whole seconds, so a step may start before the gap or end after it.
     */
    public Span whole(Part part) {
        return switch (part) {
            case BEFORE -> new Span(Instant.MIN, outage.from());
            case OUTAGE -> outage;
            case AFTER -> new Span(outage.until(), Instant.MAX);
        };
    }

    /**
     * Returns the span of a step that is counted or searched next.
     *
     * @param step a step of the gap's plan, in whole seconds
     * @return a span within one part; empty if the part that comes next lies outside this step
     */
    public Optional<Span> first(Span step) {
        List<Span> uncovered = gap.uncovered();
        for (Part part : List.of(Part.OUTAGE, Part.BEFORE, Part.AFTER)) {
            Span whole = whole(part);
            boolean left =
                    uncovered.stream().anyMatch(span -> span.common(whole).isPresent());
            if (left) return step.common(whole);
        }
        return Optional.empty();
    }

    /**
     * Decides whether to count, to search or to skip the rest of an overlap.
     *
     * @param rest what is left of the overlap, as {@link #first} has returned it
     * @param counts the results of this gap's counts so far
     * @param mayBuy whether any post may be bought; if not, the rest is counted before it is given up
     */
    public Next next(Span rest, List<Counted> counts, boolean mayBuy) {
        Part part = partOf(rest);
        List<Counted> ours = new ArrayList<>(counts);
        ours.removeIf(counted -> partOf(counted.span()) != part);
        if (ours.stream().anyMatch(counted -> counted.says() == Says.FEW)) return new Next.Buy(rest);
        if (ours.stream().anyMatch(counted -> counted.says() == Says.UNKNOWN))
            return part == Part.AFTER && !wasLate() ? withoutCounts(rest) : new Next.Buy(rest);
        int most = part == Part.BEFORE ? COUNTS_BEFORE_MAX : COUNTS_AFTER_MAX;
        Optional<Span> toCount = ours.size() < most ? toCount(rest, part, ours) : Optional.empty();
        if (toCount.isPresent()) return new Next.Count(toCount.get());
        return mayBuy || contains(ours, rest) ? new Next.Buy(rest) : new Next.Count(rest);
    }

    /**
     * Returns whether a step has recovered a post of an overlap: one that X delivered late, or that the new connection
     * missed.
     */
    private boolean wasLate() {
        return gap.steps().stream()
                .anyMatch(run -> run.fresh() > 0 && partOf(run.step().span()) != Part.OUTAGE);
    }

    private Next withoutCounts(Span rest) {
        Span margin = new Span(outage.until(), outage.until().plus(MARGIN));
        return rest.common(margin).<Next>map(Next.Buy::new).orElseGet(() -> new Next.Skip(rest, NOTHING_LATE));
    }

    /**
     * Returns the span to count next; empty if all candidates were counted or are too short. Missing posts lie near the
     * outage. So in the overlap before the outage, the first candidate is the half of the rest that is far from the
     * outage. In the overlap after the outage, the first candidate is the whole rest. Each further candidate is the far
     * half of the previous one.
     */
    private static Optional<Span> toCount(Span rest, Part part, List<Counted> ours) {
        Optional<Span> candidate = part == Part.AFTER ? Optional.of(rest) : farHalf(rest, part);
        while (candidate.isPresent() && contains(ours, candidate.get())) candidate = farHalf(candidate.get(), part);
        return candidate;
    }

    private static boolean contains(List<Counted> ours, Span span) {
        return ours.stream().anyMatch(counted -> counted.span().equals(span));
    }

    private static Optional<Span> farHalf(Span span, Part part) {
        Duration half = Duration.ofSeconds(span.length().toSeconds() / 2);
        if (half.compareTo(COUNTED_MIN) < 0) return Optional.empty();
        return Optional.of(
                part == Part.BEFORE
                        ? new Span(span.from(), span.from().plus(half))
                        : new Span(span.until().minus(half), span.until()));
    }
}
