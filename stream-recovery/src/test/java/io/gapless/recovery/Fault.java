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
    RULES_DELETED,

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
    CLOCK_SET_BACK,
    DISK_FULL,
    STATE_UNREADABLE,
    SPILL_LOST,
    HANDLER_SLOW,
    HANDLER_BLOCKED,
    HANDLER_DOWN,
    HANDLER_OVERLOADED,

    // A person, at some moments.
    RECOVER_BY_HAND,

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
    TOKEN_REQUEST_FAILS,
    WINDOW_SPENT,

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
    SECOND_COSTS_FIRST,

    // What the program itself touches, drawn apart: see isOfTheEdge. At some moments:
    CLOSE_BY_HANDLER,
    CLOSE_BY_LISTENER,
    CLOSE_BY_HOOK,
    CLOSE_AND_DRAIN,
    CLOSE_TWICE,
    TOKEN_HANGS,
    TOKEN_THROWS,
    TOKEN_EMPTY,
    RULES_CHANGED,

    // The same by chance.
    MONEY_UNREADABLE,
    IDS_UNREADABLE,
    REQUESTS_UNREADABLE;

    /** Whether it strikes at moments of its own. */
    boolean isMoment() {
        return compareTo(POST_TWICE) < 0 || isOfTheEdge() && compareTo(MONEY_UNREADABLE) < 0;
    }

    /** Whether it is drawn from a chance of its own, after all others, so that a day without it stays what it was. */
    boolean isOfTheEdge() {
        return compareTo(SECOND_COSTS_FIRST) > 0;
    }
}
