package io.gapless.recovery.plan;

import io.gapless.recovery.ledger.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Decides which spans a person may request to recover. Pure. */
public final class AskedSpan {
    /** The day of X's first post. */
    private static final Instant FIRST_POST = Instant.parse("2006-03-21T00:00:00Z");
    /** How far in the future a span may end, because the clock of the person who asks may be ahead. */
    private static final Duration AHEAD_MAX = Duration.ofHours(1);

    private AskedSpan() {}

    /**
     * Returns why a span cannot be recovered.
     *
     * @param span the requested span
     * @param archiveSearch whether the account has full-archive search
     * @param now the present, in X's time
     * @return the reason, as a sentence; empty if recovery can be tried
     */
    public static Optional<String> objection(Span span, boolean archiveSearch, Instant now) {
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
