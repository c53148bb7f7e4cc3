package io.gapless.emulator;

/** Sets what is special about a post. */
public enum PostShape {
    /** Text and an author, and nothing else. */
    PLAIN,
    /**
     * Emoji, accents and {@code &}, {@code <}, {@code >} before a hashtag: entity offsets count code points of the
     * escaped text.
     */
    ENTITIES,
    /** Quotes, backslashes, tabs and line ends, which JSON escapes. */
    ESCAPES,
    /** A retweet whose original, in {@code includes}, is years old, and whose own text is cut at 140 characters. */
    RETWEET,
    /** A quote of another post; its rule carries no tag. */
    QUOTE,
    /** A reply. */
    REPLY,
    /** More than 280 characters: cut text and {@code note_tweet}, with a raw U+2028 inside. */
    NOTE,
    /** Photos, with an emoji before them. */
    MEDIA,
    /** A poll. */
    POLL,
    /** A place. */
    PLACE,
    /** The second version of a post, with {@code edit_controls}. */
    EDIT,
    /** Withheld in two countries. */
    WITHHELD,
    /** A partial error beside the data, which does not mean a disconnect. */
    PARTIAL_ERROR,
    /** Rule ids as JSON numbers above 2^53. */
    NUMERIC_RULE_IDS,
    /** Each number a second time as a string, under a name that ends with {@code _str}. */
    STRING_COMPANIONS
}
