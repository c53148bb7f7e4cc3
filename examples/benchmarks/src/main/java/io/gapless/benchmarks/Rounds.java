package io.gapless.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the numbers that the rounds of one measurement printed. Not thread-safe. */
final class Rounds {
    private final Map<String, List<Double>> told = new LinkedHashMap<>();

    void add(Map<String, Double> round) {
        round.forEach((number, value) ->
                told.computeIfAbsent(number, n -> new ArrayList<>()).add(value));
    }

    Set<String> numbers() {
        return told.keySet();
    }

    /** Returns the spread of a number over the rounds; NaN if no round has printed the number. */
    Spread of(String number) {
        return Spread.of(told.getOrDefault(number, List.of(Double.NaN)));
    }

    double median(String number) {
        return of(number).median();
    }
}
