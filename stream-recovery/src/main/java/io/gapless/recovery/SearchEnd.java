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
    /** No credits, or the usage cap is reached: to be probed again every 15 minutes. */
    PARKED,
    /** X refuses search to this account or token. */
    REFUSED,
    /** We have called it off. */
    CANCELLED
}
