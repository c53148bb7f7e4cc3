package io.gapless.recovery;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a gap is searched next where each post is billed: the outage, then the overlap before it, then the one after
 * it. Of the overlaps nearly all has been received, so counts come first. Pure.
 *
 * <pre>
 *   gap.from        last signal       reconnect        gap.until
 *  ────┼────────────────┼─────────────────┼────────────────┼────
 *      │     BEFORE     │     OUTAGE      │     AFTER      │
 *      │ late posts may │ all of it may   │ what was due   │
 *      │ be missing     │ be missing      │ has come live  │
 * </pre>
 *
 * @param gap the gap
 * @param outage from the last signal to the reconnect, in whole seconds
 */
record SearchOrder(Gap gap, Span outage) {
    /** The parts of a gap. */
    enum Part {
        BEFORE,
        OUTAGE,
        AFTER
    }

    /** What counts have said of a span of an overlap. */
    enum Says {
        /** X counts as many posts as were received. */
        COMPLETE,
        /** X counts others. */
        INCOMPLETE,
        /** So few were received that to buy them costs no more than to count. */
        FEW,
        /** The rules cannot be counted, or X does not count. */
        UNKNOWN
    }

    /** A span, and what counts have said of it. */
    record Counted(Span span, Says says) {}

    /** What to do with a part. */
    sealed interface Next {
        /** Have a span of it counted. */
        record Count(Span span) implements Next {}

        /** Search a span of it. */
        record Buy(Span span) implements Next {}

        /** Nothing: it is complete, for this reason. */
        record Skip(Span span, String why) implements Next {}
    }

    private static final int COUNTS_BEFORE_MAX = 3;
    private static final int COUNTS_AFTER_MAX = 2;
    private static final Duration COUNTED_MIN = Duration.ofSeconds(5);
    /** We know the moment of the reconnect to about two seconds, and X may need a few to begin. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private static final String NOTHING_LATE =
            "no post from before the outage was late, so what was due after it has come live; none was bought";

    static SearchOrder of(Gap gap) {
        Instant last = gap.lastSignalAt();
        Instant up = gap.reconnectedAt().orElse(last);
        Instant from = Span.earlier(last, up).truncatedTo(ChronoUnit.SECONDS);
        Instant until = Span.later(last, up)
                .minusNanos(1)
                .truncatedTo(ChronoUnit.SECONDS)
                .plusSeconds(1);
        return new SearchOrder(gap, new Span(from, Span.later(until, from.plusSeconds(1))));
    }

    Part partOf(Span span) {
        if (span.from().isBefore(outage.from())) return Part.BEFORE;
        return span.from().isBefore(outage.until()) ? Part.OUTAGE : Part.AFTER;
    }

    /** The part as a span without an end where the gap ends, since X counts in whole seconds. */
    Span whole(Part part) {
        return switch (part) {
            case BEFORE -> new Span(Instant.MIN, outage.from());
            case OUTAGE -> outage;
            case AFTER -> new Span(outage.until(), Instant.MAX);
        };
    }

    /**
     * What of a step comes next.
     *
     * @param step a step of the gap's plan, in whole seconds
     * @return a span that lies within one part; empty while another part comes first
     */
    Optional<Span> first(Span step) {
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
     * How to go on with an overlap.
     *
     * @param rest what is left of it, as {@link #first} has returned it
     * @param counts what counts have said of this gap's overlaps so far
     * @param mayBuy whether there is money for any post; if not, the rest is counted before it is given up
     */
    Next next(Span rest, List<Counted> counts, boolean mayBuy) {
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

    /** Whether a post of an overlap came only by a search: one that was late, or that the new connection did not bring. */
    private boolean wasLate() {
        return gap.steps().stream()
                .anyMatch(run -> run.fresh() > 0 && partOf(run.step().span()) != Part.OUTAGE);
    }

    private Next withoutCounts(Span rest) {
        Span margin = new Span(outage.until(), outage.until().plus(MARGIN));
        return rest.common(margin).<Next>map(Next.Buy::new).orElseGet(() -> new Next.Skip(rest, NOTHING_LATE));
    }

    /** What is missing lies near the outage: the far half comes first, and then half of what is left. */
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
