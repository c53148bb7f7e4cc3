package io.gapless.recovery.ledger;

import java.util.List;

/**
 * Describes a span that was recovered, but in which posts may be missing.
 *
 * @param span the span, in X's time
 * @param doubt the kind of reason
 * @param reason the reason in a few words for people, such as {@code search returns no retweets for words (cats)}
 */
public record DoubtfulSpan(Span span, Doubt doubt, String reason) {
    /** Joins spans that touch or overlap and have the same doubt and reason. */
    static List<DoubtfulSpan> joined(List<DoubtfulSpan> parts) {
        return Span.joined(
                parts,
                DoubtfulSpan::span,
                (part, span) -> new DoubtfulSpan(span, part.doubt, part.reason),
                part -> List.of(part.doubt, part.reason));
    }
}
