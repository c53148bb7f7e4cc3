package io.gapless.recovery;

import java.util.List;

/**
 * A span that is certainly lost, for all rules or for those that the reason names: nothing has recovered it, and nothing
 * will by itself.
 *
 * @param span which span, in X's time
 * @param reason why, in a few words for people, such as {@code window passed}
 */
public record LostSpan(Span span, String reason) {
    /** Each reason once for the spans of it that touch. */
    static List<LostSpan> joined(List<LostSpan> parts) {
        return Span.joined(parts, LostSpan::span, (part, span) -> new LostSpan(span, part.reason), LostSpan::reason);
    }
}
