package io.gapless.benchmarks;

import io.gapless.proof.kit.Text;
import org.jspecify.annotations.Nullable;

/**
 * Holds the limits of a measured number, and the number itself.
 *
 * @param what the name of the number, with its unit
 * @param reached the measured number; the median if there were several rounds
 * @param min the least allowed value; null if there is no lower limit
 * @param max the greatest allowed value; null if there is no upper limit
 */
record Bound(
        String what,
        double reached,
        @Nullable Double min,
        @Nullable Double max) {
    private static final double FLAT = 0.2;

    static Bound atLeast(String what, double reached, double limit) {
        return new Bound(what, reached, limit, null);
    }

    static Bound atMost(String what, double reached, double limit) {
        return new Bound(what, reached, null, limit);
    }

    /** Returns a bound for a ratio that should be 1. Values from 0.8 to 1.2 are allowed. */
    static Bound flat(String what, double ratio) {
        return new Bound(what, ratio, 1 - FLAT, 1 + FLAT);
    }

    /**
     * Returns whether the number is within its limits. A number that was not measured (NaN) is not within its limits.
     */
    boolean holds() {
        return !Double.isNaN(reached) && (min == null || reached >= min) && (max == null || reached <= max);
    }

    String markdown() {
        return Text.of("| %s | %s | %s | %s |%n", what, limits(), Text.number(reached), holds() ? "met" : "**MISSED**");
    }

    private String limits() {
        if (max == null) return "≥ " + (min == null ? "" : Text.number(min));
        return min == null ? "≤ " + Text.number(max) : Text.number(min) + " to " + Text.number(max);
    }
}
