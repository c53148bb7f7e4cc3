package io.gapless.recovery.ledger;

/** Names what became of a gap. */
public enum Verdict {
    /** The gap is still open. */
    OPEN,
    /** Every post that X still serves has been recovered, and this is proved. */
    COMPLETE,
    /** X returned no post for a part of the gap, and nothing proves that there were no posts. */
    COMPLETE_UNPROVEN,
    /** The other connection was up during the whole gap, so nothing was missed. */
    COVERED,
    /** The gap was recovered, but posts may be missing. The doubtful spans show where and why. */
    DOUBTFUL,
    /** A part of the gap is certainly lost. The lost spans show which part and why. */
    PARTIAL,
    /** The whole gap is certainly lost. */
    UNRECOVERABLE
}
