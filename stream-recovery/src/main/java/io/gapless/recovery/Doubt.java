package io.gapless.recovery;

/** Why posts of a span may be missing, although the span was recovered. */
public enum Doubt {
    /** X returned no post, and nothing proves that there was none. Usual for a quiet rule. */
    UNPROVEN,
    /** Search returns less than the stream, for example no retweets for words. Usual where search recovers. */
    SEARCH_LIMITS,
    /** The rules on X changed during the gap. */
    RULES_CHANGED,
    /** X returned further posts at each request, up to the last one. */
    ANSWERS_DIFFER,

    /** A line could not be read, and its post is not known. */
    LINE_UNREADABLE;

    /** Whether this is how recovery usually works, so that nobody needs to look at it. */
    boolean isUsual() {
        return this == UNPROVEN || this == SEARCH_LIMITS;
    }
}
