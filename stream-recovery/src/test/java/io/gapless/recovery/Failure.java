package io.gapless.recovery;

import java.time.Instant;

/**
 * What a simulated day has shown to be wrong.
 *
 * @param kind which promise is broken
 * @param at X's time when it was noticed
 * @param what the facts
 * @param about the moment in X's time that it is about, such as a lost post's
 */
record Failure(Kind kind, Instant at, String what, Instant about) {
    /** A promise that can be broken. */
    enum Kind {
        /** A post was neither delivered nor written down as lost. */
        LOST_SILENTLY,
        /** A span was called lost that X could still have given. */
        LOST_NEEDLESSLY,
        /** A post came to the handler again within one life of the process. */
        TWICE_IN_A_LIFE,
        /** A post came again although its acknowledgement had been committed before a crash. */
        TWICE_AFTER_COMMIT,
        /** A post waited for the handler although nothing kept it but posts that had failed. */
        HELD_UP,
        /** A post was given up that the handler would have taken. */
        DEAD_LETTER_UNFAIR,
        /** What the disk has lost was not told, or not all of it. */
        LOSS_UNTOLD,
        /** A gap was opened without the overlap before it. */
        OVERLAP_MISSING,
        /** An outage was told to be shorter or longer than it was. */
        OUTAGE_LENGTH,
        /** More connects than the budget allows. */
        OVER_BUDGET,
        /** More jobs at a time than X allows. */
        TOO_MANY_JOBS,
        /** A connect came before its ladder allowed it. */
        TOO_EARLY,
        /** A connect came later than its ladder and the budget ask for, while nothing was live. */
        TOO_LATE,
        /** A job or a search asked for what X may not have indexed yet. */
        TOO_FRESH,
        /** A gap was called covered before the other connection had shown that it was alive after it. */
        COVERED_TOO_SOON,
        /** A post was handed over while its acknowledgement could not be kept. */
        UNKEPT,
        /** A post that was acknowledged while the disk could be written was not committed soon. */
        COMMITTED_LATE,
        /** A backfill was asked for that does not reach what it could bring. */
        BACKFILL_SHORT,
        /** More posts were bought on a day than the money guard allows. */
        OVERSPENT,
        /** After a restart, posts were bought that the new connection had brought. */
        BOUGHT_AGAIN,
        /** What was done, and known to the disk, was done again. */
        DONE_AGAIN,
        /** X was taken to refuse what it grants. */
        REFUSED_NEEDLESSLY,
        /** What X had refused a day before was not asked for again. */
        NEVER_ASKED_AGAIN,
        /** A post came to the handler with other rules than those that it matches. */
        WRONG_RULES,
        /** A connection was taken to be ended by X although X said nothing of the kind. */
        ENDED_NEEDLESSLY,
        /** A line that had come whole was dropped. */
        LINE_DROPPED,
        /** Events came in an order that their grammar does not know. */
        GRAMMAR,
        /** More was held than the settings allow. */
        OVER_MEMORY,
        /** When all was well again, the stream was not. */
        NOT_CONVERGED,
        /** The stream gave up although nothing was final. */
        GAVE_UP,
        /** What the handler had done with before the stream was closed is not in the state. */
        FORGOTTEN,
        /** Who closed the stream came back too late, or before the end; or the end itself came too late. */
        CLOSE_LATE,
        /** An attempt went on although its time was over. */
        ATTEMPT_HANGS,
        /** More calls of the token source were made than may hang at a time. */
        TOO_MANY_CALLS,
        /** A future was not completed, although what it waits for was done or the stream had ended. */
        NEVER_COMPLETED,
        /** A gap that was opened by hand is not in the ledger. */
        NOT_WRITTEN_DOWN,
        /** The library threw where it must not. */
        DEFECT
    }

    @Override
    public String toString() {
        return at + " " + kind + ": " + what;
    }
}
