package io.gapless.recovery.outbox;

/** What can go wrong on a simulated day of sending. */
enum SenderFault {
    // The receiver, at some moments, for a while.
    NOT_THERE,
    SILENT,
    ERRORS,
    LIMITED,
    UNWELCOME,
    PAGE,
    SAYS_NO,
    MALFORMED,
    REFUSES_ALL,
    REFUSES_SOME,

    // The source, at some moments, for a while.
    SOURCE_DOWN,
    REPLICA_LAGS,
    SOURCE_AHEAD,
    SOURCE_BEHIND,

    // This machine, at some moments.
    CLOCK_SET,
    CRASH,
    CRASH_BEFORE_COMMIT,
    CRASH_AFTER_COMMIT,
    CRASH_IN_POLL,
    RESTART,
    PUT_BACK,
    DISK_FAILS,

    // A person, at some moments.
    SEND_ONCE,
    RESEND,
    SEND_AGAIN,
    PREVIEW,

    // By chance, whenever there is an occasion: the receiver.
    TAKEN_AND_CLOSED,
    TAKEN_AND_FAILED,
    ANSWERS_LATE,
    PARTLY,
    DATE_WRONG,

    // The same: the source.
    SOURCE_FAILS_MIDWAY,
    SOURCE_SLOW,

    // The same: whoever writes the table.
    LATE_COMMIT,
    SAME_STAMP,
    TURNED_BACK,
    KEY_REUSED,
    KEY_SHARED,
    UNREADABLE,
    INCOMPLETE,

    // The whole day.
    TOO_LARGE,
    OLD_ROWS,
    COMPUTED_COLUMN,
    COMPUTED_STAMP,
    SOURCE_SKEWED,
    MACHINE_AHEAD_AT_START;

    /** Whether it strikes at moments of its own. */
    boolean isMoment() {
        return compareTo(TAKEN_AND_CLOSED) < 0;
    }
}
