package io.gapless.benchmarks;

import java.util.Collection;
import java.util.List;

/**
 * What the rounds have in common.
 *
 * @param median the middle value; of an even number, the mean of the two
 * @param min the smallest
 * @param max the largest
 */
record Spread(double median, double min, double max) {
    static Spread of(double value) {
        return new Spread(value, value, value);
    }

    static Spread of(Collection<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(median, sorted.get(0), sorted.get(sorted.size() - 1));
    }

    /** In another unit. */
    Spread times(double factor) {
        return new Spread(median * factor, min * factor, max * factor);
    }

    String text() {
        return min == max
                ? Text.number(median)
                : Text.number(median) + " (" + Text.number(min) + "–" + Text.number(max) + ")";
    }
}
