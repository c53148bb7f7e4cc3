package io.gapless.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Collects durations of one kind. Not thread-safe. */
final class Sample {
    private final List<Double> millis = new ArrayList<>();

    void add(long nanos) {
        millis.add(Text.millis(nanos));
    }

    double max() {
        return Collections.max(millis);
    }

    /** Returns a percentile, by the nearest-rank method. */
    double percentile(int percent) {
        List<Double> sorted = millis.stream().sorted().toList();
        return sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1);
    }

    /**
     * Adds the median, the 99th percentile and the maximum to {@code numbers}, each under a key that begins with {@code
     * name}.
     */
    void putInto(Map<String, Double> numbers, String name) {
        numbers.put(name + " p50 ms", percentile(50));
        numbers.put(name + " p99 ms", percentile(99));
        numbers.put(name + " max ms", max());
    }
}
