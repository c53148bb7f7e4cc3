package io.gapless.crash;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A promise, and what this run made of it.
 *
 * @param name what is promised
 * @param method how it was tried
 * @param bound what has to hold
 * @param numbers the results, by name with unit, in the order of the account
 * @param misses what was outside the bound; empty if it holds
 */
record Proven(String name, String method, String bound, Map<String, Double> numbers, List<String> misses) {
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
