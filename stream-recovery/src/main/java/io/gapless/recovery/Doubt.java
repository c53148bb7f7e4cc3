package io.gapless.recovery;

/** Names the kind of reason for which posts of a recovered span may be missing. */
public enum Doubt {
    /** X returned no post, and nothing proves that there was none. Usual for a quiet rule. */
    UNPROVEN,
    /** Search returns less than the stream, for example no retweets for words. Usual where search recovers. */
    SEARCH_LIMITS,
    /** The rules on X changed during the gap. */
    RULES_CHANGED,
    /** X returned further posts at each request, up to the last one. */
    ANSWERS_DIFFER,

    /** A line could not be read, and it is not known which post it carried. */
    LINE_UNREADABLE;

    /** Returns whether this doubt is a usual result of recovery, so that nobody needs to look at it. */
    boolean isUsual() {
        return this == UNPROVEN || this == SEARCH_LIMITS;
    }
}
