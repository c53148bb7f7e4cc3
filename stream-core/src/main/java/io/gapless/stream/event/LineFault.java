package io.gapless.stream.event;

/** Names what is wrong with a line of the stream. The stream continues after each fault. */
public enum LineFault {
    /** The line is longer than {@code lineMaxBytes}. It is skipped. */
    TOO_LONG,
    /** The line is not JSON. It is skipped. */
    NOT_JSON,
    /** The line has a {@code data} object without an id. It is skipped. */
    NO_ID,
    /**
     * The line has bytes that are not UTF-8. Its post is handed over; in the post's text, U+FFFD replaces these bytes.
     */
    NOT_UTF8,
    /** The connection ended in the middle of the line. The line is dropped, because it may be half a post. */
    UNFINISHED
}
