package io.gapless.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Which spans may be recovered by hand. Pure. */
final class AskedSpan {
    /** X's first post. */
    private static final Instant FIRST_POST = Instant.parse("2006-03-21T00:00:00Z");
    /** The clock of whoever asks may be ahead, and a span may end a little later than now. */
    private static final Duration AHEAD_MAX = Duration.ofHours(1);

    private AskedSpan() {}

    /**
     * Checks a span.
     *
     * @param span what somebody asks for
     * @param archiveSearch whether the account has full-archive search
     * @param now X's time
     * @return why it cannot be recovered, as a sentence; empty if it can be tried
     */
    static Optional<String> objection(Span span, boolean archiveSearch, Instant now) {
        if (span.until().isAfter(now.plus(AHEAD_MAX)) || !span.from().isBefore(now)) {
            return Optional.of("The span ends at %s, and by X's clock it is %s. What is still to come arrives live."
                            .formatted(Span.text(span.until()), Span.text(now))
                    + " Name a span of the past.");
        }
        if (span.from().isBefore(FIRST_POST)) {
            return Optional.of("The span starts at %s, before X's first post of March 21, 2006. Name a later start."
                    .formatted(Span.text(span.from())));
        }
        Instant oldest = now.minus(RecoveryPlanner.SEARCH_WINDOW).plus(RecoveryPlanner.WINDOW_MARGIN);
        if (archiveSearch || span.until().isAfter(oldest)) return Optional.empty();
        return Optional.of("The span ends at %s, and recent search serves only what is younger than 7 days, from %s on."
                        .formatted(Span.text(span.until()), Span.text(oldest))
                + " If the account has full-archive search, set archiveSearch(true).");
    }
}
