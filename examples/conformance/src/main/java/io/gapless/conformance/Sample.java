package io.gapless.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Times of one kind. Not thread-safe. */
final class Sample {
    private final List<Double> millis = new ArrayList<>();

    void add(long nanos) {
        millis.add(Text.millis(nanos));
    }

    double max() {
        return Collections.max(millis);
    }

    /** The nearest-rank percentile. */
    double percentile(int percent) {
        List<Double> sorted = millis.stream().sorted().toList();
        return sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1);
    }

    /** Adds the usual three under a name. */
    void putInto(Map<String, Double> numbers, String name) {
        numbers.put(name + " p50 ms", percentile(50));
        numbers.put(name + " p99 ms", percentile(99));
        numbers.put(name + " max ms", max());
    }
}
