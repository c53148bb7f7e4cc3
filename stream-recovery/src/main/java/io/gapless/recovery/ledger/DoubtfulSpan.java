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

    /** Names the kind of reason for which posts of a recovered span may be missing. */
    public enum Doubt {
        /** X returned no post, and nothing proves that there was none. Usual for rules that match few posts. */
        UNPROVEN,
        /**
         * Search returns less than the stream, for example no retweets for words. Usual for posts that are recovered by
         * search.
         */
        SEARCH_LIMITS,
        /** The rules on X changed during the gap. */
        RULES_CHANGED,
        /** The span was fetched several times, and X returned new posts each time, also the last time. */
        ANSWERS_DIFFER,

        /** A line could not be read, and its post is not known. */
        LINE_UNREADABLE;

        /**
         * Returns whether this doubt is a usual result of recovery, so that nobody needs to look at it.
         *
         * @return true if it is usual
         */
        public boolean isUsual() {
            return this == UNPROVEN || this == SEARCH_LIMITS;
        }
    }
}
