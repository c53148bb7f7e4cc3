package io.gapless.recovery;

/** What became of a gap. */
public enum Verdict {
    /** Not decided yet. */
    OPEN,
    /** Every post that X can still give has been recovered, and this was proved. */
    COMPLETE,
    /** Nothing came for some of it, twice: nothing proves that posts were missing, or that none were. */
    COMPLETE_UNPROVEN,
    /** The other connection was up all the time. */
    COVERED,
    /** All of it was recovered, but posts may be missing: the doubtful spans say where and why. */
    DOUBTFUL,
    /** Some of it is certainly lost: the lost spans say which and why. */
    PARTIAL,
    /** All of it is certainly lost. */
    UNRECOVERABLE;

    /** The verdict on a gap of which nothing is uncovered any more: the worst of what is known counts. */
    static Verdict of(Gap gap) {
        if (!gap.lost().isEmpty()) {
            boolean nothing = gap.recovered() == 0
                    && gap.span()
                            .minus(gap.lost().stream().map(LostSpan::span).toList())
                            .isEmpty();
            return nothing ? UNRECOVERABLE : PARTIAL;
        }
        if (gap.doubtful().isEmpty()) return COMPLETE;
        boolean unproven = gap.doubtful().stream().allMatch(part -> part.doubt() == Doubt.UNPROVEN);
        return unproven ? COMPLETE_UNPROVEN : DOUBTFUL;
    }
}
