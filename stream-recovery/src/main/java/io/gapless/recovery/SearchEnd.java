package io.gapless.recovery;

/** How the search of a slice ended. */
enum SearchEnd {
    /** Every query was asked to its last page. */
    WHOLE,
    /** The slice holds more posts than fit into memory at once; it must be split. */
    TOO_MANY,
    /** The money guard allows no more posts. */
    COST,
    /** The slice has left X's window while it waited. */
    WINDOW_PASSED,
    /** Answered in a way that is not X's last word on what was asked for, such as a page, a refusal, or a cap: asked again. */
    PARKED,
    /** We have called it off. */
    CANCELLED
}
