package io.gapless.recovery.outbox;

import java.time.Instant;

/**
 * What a simulated day of sending has shown to be wrong.
 *
 * @param kind which promise is broken
 * @param at the right time when it was noticed
 * @param what the facts
 */
record SenderFailure(Kind kind, Instant at, String what) {
    /** A promise that can be broken. */
    enum Kind {
        /** What the receiver has of a record at the end is not what the table has. */
        LAST_STATE_DIFFERS,
        /** A version that a poll has collected was neither received, nor set aside, nor replaced. */
        LOST,
        /** The receiver was sent what the table never had. */
        CONTENT_WRONG,
        /** A key was sent with two contents. */
        KEY_WITH_TWO_CONTENTS,
        /** A version came after a newer one, under a key of its own. */
        OUT_OF_ORDER,
        /** A version came again, under another key, after it had been acknowledged. */
        SENT_TWICE,
        /** A request has records of several services, though each service was to have its own. */
        SERVICES_MIXED,
        /** What the receiver did not acknowledge was counted as acknowledged. */
        NOT_ACKNOWLEDGED,
        /** Rows that a poll found are in no count. */
        NOT_COUNTED,
        /** The counts of an interval do not add up. */
        COUNTS_DIFFER,
        /** A record that may be sent is in the quarantine, or one that may not is not. */
        QUARANTINE_WRONG,
        /** More records were set aside by one refusal than are needed to see that it is one. */
        SET_ASIDE_NEEDLESSLY,
        /** An event was not told. */
        UNTOLD,
        /** An event was told without its cause. */
        TOLD_WITHOUT_CAUSE,
        /** A request came although the receiver, the breaker, or what was told, said later. */
        TOO_EARLY,
        /** The next try did not come when it was told. */
        RETRY_LATE,
        /** Batches wait, nothing keeps them, and no request comes. */
        HELD_UP,
        /** A slot was not collected. */
        SLOT_MISSED,
        /** Something was sent outside of the window. */
        OUTSIDE_WINDOW,
        /** Who asked to have it sent gave up although acknowledgements came. */
        GAVE_UP_EARLY,
        /** Who asked to have it sent was not answered. */
        NEVER_COMPLETED,
        /** Looking changed something. */
        LOOKING_CHANGED,
        /** When all was well again, something still waited. */
        NOT_CONVERGED,
        /** The library threw where it must not. */
        DEFECT
    }

    @Override
    public String toString() {
        return at + " " + kind + ": " + what;
    }
}
