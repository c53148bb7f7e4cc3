package io.gapless.benchmarks;

import io.gapless.proof.kit.Text;
import java.util.Collection;
import java.util.List;

/**
 * Summarises the values that several rounds have measured for one number.
 *
 * @param median the middle value; for an even number of values, the mean of the two middle values
 * @param min the smallest value
 * @param max the largest value
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

    /** Returns these values in another unit: each is multiplied by a factor. */
    Spread times(double factor) {
        return new Spread(median * factor, min * factor, max * factor);
    }

    String text() {
        return min == max
                ? Text.number(median)
                : Text.number(median) + " (" + Text.number(min) + "–" + Text.number(max) + ")";
    }
}
