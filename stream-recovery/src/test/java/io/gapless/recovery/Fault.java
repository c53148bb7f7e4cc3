package io.gapless.recovery;

/** What can go wrong on a simulated day. */
enum Fault {
    // The network, at some moments.
    CONNECTION_CLOSED,
    CONNECTION_RESET,
    LINE_CUT,
    ALL_SILENT,
    ONE_SILENT,
    NAME_UNKNOWN,
    UNREACHABLE,

    // X, at some moments.
    NOTICE,
    NO_ANSWERS,
    SERVER_ERRORS,
    RATE_LIMITED,
    OUT_OF_CREDITS,
    SLOW_ANSWERS,
    RIGHTS_LOST,
    RIGHTS_BACK,
    TOKEN_REPLACED,
    SPEND_CAP,
    WINDOW_USED_UP,

    // What is on the way, at some moments.
    PORTAL,
    ANSWERED_BETWEEN,
    ASKED_TO_WAIT,
    LINES_BROKEN,
    LINE_BROKEN,
    POST_UNAVAILABLE,
    LAST_LINE_BARE,

    // This machine, at some moments.
    CRASH,
    CRASH_IN_COMMIT,
    RESTART,
    SUSPEND,
    CLOCK_SET,
    DISK_FULL,
    HANDLER_SLOW,
    HANDLER_BLOCKED,
    HANDLER_DOWN,

    // By chance, whenever there is an occasion.
    POST_TWICE,
    HANDLER_THROWS,
    POISON,
    DATE_WRONG,
    BACKFILL_TRICKLES,
    JOB_FAILS,
    JOB_CUT,
    JOB_ENDS_EARLY,
    JOB_EMPTY,
    JOB_SHUFFLED,
    JOB_SILENT,
    SEARCH_FAILS,
    SEARCH_TOKEN_REFUSED,
    SEARCH_SHORT_PAGES,
    SEARCH_LIMITED,

    // The whole day.
    POSTS_LATE,
    BURSTS,
    CLOCK_WRONG,
    CLOCK_DRIFTS,
    SLOT_STAYS_TAKEN,
    BACKFILL_REFUSED,
    BACKFILL_IGNORED,
    JOB_REFUSED,
    JOB_IGNORED,
    JOB_COSTS_LIVE,
    SECOND_COSTS_FIRST;

    /** Whether it strikes at moments of its own. */
    boolean isMoment() {
        return compareTo(POST_TWICE) < 0;
    }
}
