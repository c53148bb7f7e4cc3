package io.gapless.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Collects the numbers that the rounds of one measurement printed. Not thread-safe. */
final class Rounds {
    private final Map<String, List<Double>> told = new LinkedHashMap<>();

    void add(Map<String, Double> round) {
        round.forEach((number, value) ->
                told.computeIfAbsent(number, n -> new ArrayList<>()).add(value));
    }

    /** Measures a number of rounds, at most three, and in each round all sizes one after the other. */
    static Map<Long, Rounds> bySize(Effort effort, long[] sizes, Measurement measurement)
            throws IOException, InterruptedException {
        Map<Long, Rounds> bySize = new TreeMap<>();
        for (int round = 0; round < Math.min(3, effort.rounds()); round++) {
            for (long size : sizes)
                bySize.computeIfAbsent(size, s -> new Rounds()).add(measurement.of(size));
        }
        return bySize;
    }

    /** Returns the numbers of one round. */
    @FunctionalInterface
    interface Measurement {
        Map<String, Double> of(long size) throws IOException, InterruptedException;
    }

    /** Puts the spread of each number into a row of a table. */
    void putInto(Table table, String row) {
        told.keySet().forEach(number -> table.put(row, number, of(number)));
    }

    /** Returns the spread of a number over the rounds; NaN if no round has printed the number. */
    Spread of(String number) {
        return Spread.of(told.getOrDefault(number, List.of(Double.NaN)));
    }

    double median(String number) {
        return of(number).median();
    }

    /** Returns a number divided by the same number of other rounds. The ratio is taken within each round. */
    Spread ratio(String number, Rounds other) {
        List<Double> ours = told.getOrDefault(number, List.of(Double.NaN));
        List<Double> theirs = other.told.getOrDefault(number, List.of(Double.NaN));
        return Spread.of(IntStream.range(0, Math.min(ours.size(), theirs.size()))
                .mapToObj(round -> ours.get(round) / theirs.get(round))
                .toList());
    }
}
