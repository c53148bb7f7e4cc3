package io.gapless.emulator;

/** The shapes of posts that the generator makes. */
public enum PostShape {
    /** Text, an author, nothing else. */
    PLAIN,
    /** Emoji, accents and {@code &}, {@code <}, {@code >} before a hashtag, so that entity offsets count code points of the escaped text. */
    ENTITIES,
    /** Quotes, backslashes, tabs and line ends, which JSON escapes. */
    ESCAPES,
    /** A retweet with its years-old original in {@code includes}, its own text cut at 140 characters. */
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
    /** A partial error beside the data, which is no disconnect. */
    PARTIAL_ERROR,
    /** Rule ids as JSON numbers above 2^53. */
    NUMERIC_RULE_IDS,
    /** Each number once more as a string, under a name with {@code _str}. */
    STRING_COMPANIONS
}
