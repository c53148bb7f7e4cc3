package io.gapless.recovery;

/** What became of a gap. */
public enum Verdict {
    /** The gap is still open. */
    OPEN,
    /** Every post that X still serves has been recovered, and this is proved. */
    COMPLETE,
    /** X returned no post for a part of the gap, twice. Nothing proves that there were none. */
    COMPLETE_UNPROVEN,
    /** The other connection was up all the time, so nothing was missed. */
    COVERED,
    /** The gap was recovered, but posts may be missing. The doubtful spans say where and why. */
    DOUBTFUL,
    /** A part of the gap is certainly lost. The lost spans say which part and why. */
    PARTIAL,
    /** The whole gap is certainly lost. */
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
