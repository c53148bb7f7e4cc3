package io.gapless.recovery;

import java.util.List;

/**
 * How gaps are to be closed.
 *
 * @param steps what to do, oldest first
 * @param lost what no road reaches
 */
public record RecoveryPlan(List<Step> steps, List<LostSpan> lost) {
    /**
     * Keeps copies.
     *
     * @param steps what to do, oldest first
     * @param lost what no road reaches
     */
    public RecoveryPlan {
        steps = List.copyOf(steps);
        lost = List.copyOf(lost);
    }
}
