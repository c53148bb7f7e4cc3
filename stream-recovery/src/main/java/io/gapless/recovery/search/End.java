package io.gapless.recovery.search;

/** Names how the search of a slice ended. */
public enum End {
    /** Every query was read to its last page. */
    WHOLE,
    /** The slice holds more posts than fit into memory at once; it must be split. */
    TOO_MANY,
    /** The spending limit allows no more posts. */
    COST,
    /** The slice left X's window during a wait. */
    WINDOW_PASSED,
    /**
     * An answer was not X's last word on the request, such as a web page, a refusal, or a cap. The request is retried.
     */
    PARKED,
    /** The search was cancelled. */
    CANCELLED
}
