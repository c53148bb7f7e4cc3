package io.gapless.recovery;

/** What became of a gap. */
public enum Verdict {
    /** Not decided yet. */
    OPEN,
    /** Every post that X can still give has come back, and it was proved. */
    COMPLETE,
    /** Nothing came back, twice, and nothing contradicts that nothing was missing. */
    COMPLETE_UNPROVEN,
    /** The other connection was up all the time. */
    COVERED,
    /** Some of it stayed lost; the lost spans say which and why. */
    PARTIAL,
    /** All of it stayed lost. */
    UNRECOVERABLE
}
