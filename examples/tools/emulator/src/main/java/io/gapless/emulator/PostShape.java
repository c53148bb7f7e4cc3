package io.gapless.emulator;

/** Lists the kinds of posts. Each kind has a feature that clients must be able to read. */
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
    /** A quote of another post. The line names the matching rules without their tags. */
    QUOTE,
    /** A reply. */
    REPLY,
    /**
     * More than 280 characters: {@code text} is cut, and {@code note_tweet} has the whole text. A generated text
     * contains a raw U+2028.
     */
    NOTE,
    /** A photo. A generated text contains emoji. */
    MEDIA,
    /** A post with a poll. */
    POLL,
    /** A post with a place. */
    PLACE,
    /** The second version of a post, with {@code edit_controls}. */
    EDIT,
    /** A post that is withheld in two countries. */
    WITHHELD,
    /** A post whose line has a partial error beside the data. Such an error does not mean that X disconnects. */
    PARTIAL_ERROR,
    /** A post whose line has the ids of the matching rules as JSON numbers above 2^53. */
    NUMERIC_RULE_IDS,
    /** A post whose line has numbers a second time as strings, under names that end with {@code _str}. */
    STRING_COMPANIONS
}
