package io.gapless.recovery.ledger;

import java.util.List;

/**
 * Describes a span whose posts are certainly lost, for all rules or for those that the reason names. The library does
 * not try to recover the span again, unless a person requests that.
 *
 * @param span the span, in X's time
 * @param reason the reason in a few words for people, such as {@code window passed}
 */
public record LostSpan(Span span, String reason) {
    /** Joins spans that touch or overlap and have the same reason. */
    static List<LostSpan> joined(List<LostSpan> parts) {
        return Span.joined(parts, LostSpan::span, (part, span) -> new LostSpan(span, part.reason), LostSpan::reason);
    }
}
