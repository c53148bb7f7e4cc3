package io.gapless.stream;

/** What can be wrong with a line of the stream. The stream goes on after each. */
public enum LineFault {
    /** Longer than the limit; skipped. */
    TOO_LONG,
    /** No JSON; skipped. */
    NOT_JSON,
    /** A {@code data} object without an id; skipped. */
    NO_ID,
    /** Holds bytes that are no UTF-8; handed over all the same, with U+FFFD where text is read. */
    NOT_UTF8,
    /** Without its line end when the connection ended; dropped, since it may be half a post. */
    UNFINISHED
}
