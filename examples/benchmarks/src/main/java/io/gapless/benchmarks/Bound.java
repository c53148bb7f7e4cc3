package io.gapless.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * What must be reached, and what was.
 *
 * @param what the number, with its unit
 * @param reached this run's, as a median where there were rounds
 * @param min what it must not be below, if anything
 * @param max what it must not be above, if anything
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

    /** A ratio that would be one if nothing changed: a fifth more or less is flat. */
    static Bound flat(String what, double ratio) {
        return new Bound(what, ratio, 1 - FLAT, 1 + FLAT);
    }

    /** A number that is not there holds nothing. */
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
