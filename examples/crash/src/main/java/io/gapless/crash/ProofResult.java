package io.gapless.crash;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Holds the result of a proof.
 *
 * @param name the promise
 * @param method how the proof tested it
 * @param bound the condition that has to hold
 * @param numbers the measurements, by name with unit, in the order of the report
 * @param misses the ways in which the bound was missed; empty if the bound holds
 */
record ProofResult(String name, String method, String bound, Map<String, Double> numbers, List<String> misses) {
    boolean holds() {
        return misses.isEmpty();
    }

    String text() {
        String values = numbers.entrySet().stream()
                .map(number -> "\n    " + Text.of("%12s ", Text.number(number.getValue())) + number.getKey())
                .collect(Collectors.joining());
        String verdict = holds() ? "holds" : "MISSED:\n        " + String.join("\n        ", misses);
        return name + values + "\n    bound:  " + bound + ": " + verdict + "\n    method: " + method;
    }
}
