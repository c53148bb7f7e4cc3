package io.gapless.recovery;

/** Why posts of a span may be missing although the span was recovered. */
public enum Doubt {
    /** Nothing came, so nothing proves that there was nothing. Usual for a quiet rule. */
    UNPROVEN,
    /** Search returns less than the stream: for example no retweets for words. Usual where search recovers. */
    SEARCH_LIMITS,
    /** The rules on X were not the same before the gap and after it. */
    RULES_CHANGED,
    /** X sent further posts each time it was asked, until the last time that it was asked. */
    ANSWERS_DIFFER,

    /** A line could not be read, and does not say whose it is. */
    LINE_UNREADABLE;

    /** Whether this is how recovery usually works, so that nobody needs to look at it. */
    boolean isUsual() {
        return this == UNPROVEN || this == SEARCH_LIMITS;
    }
}
