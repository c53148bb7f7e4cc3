package io.gapless.conformance;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Compares a bound that the library promises with the numbers that were measured.
 *
 * @param name the name of the bound
 * @param method how the numbers were measured
 * @param bound the bound that the library promises
 * @param numbers the measurements, by name with unit
 * @param misses the ways in which the bound was missed or the measurement failed; empty if the bound was kept
 */
record Measured(String name, String method, String bound, Map<String, Double> numbers, List<String> misses) {
    boolean kept() {
        return misses.isEmpty();
    }

    String text() {
        String values = numbers.entrySet().stream()
                .map(number -> Text.of("%s %.1f", number.getKey(), number.getValue()))
                .collect(Collectors.joining(", "));
        String verdict = kept() ? "kept" : "MISSED: " + String.join("; ", misses);
        return name + ": " + values + "\n    bound:  " + bound + ", " + verdict + "\n    method: " + method;
    }
}
