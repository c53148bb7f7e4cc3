package io.gapless.benchmarks;

import io.gapless.proof.kit.Machine;
import java.util.List;
import java.util.Optional;

/**
 * Holds the result of a study.
 *
 * @param name the name of the study
 * @param title the question that the study answers
 * @param method how the numbers were measured
 * @param tables the measured numbers
 * @param charts pictures of the numbers
 * @param bounds the limits that the numbers must keep to
 * @param measured when, and on which machine
 */
record Chapter(
        String name,
        String title,
        String method,
        List<Table> tables,
        List<Chart> charts,
        List<Bound> bounds,
        String measured) {
    /** Creates the result of a study that has just ended on this machine. */
    Chapter(String name, String title, String method, List<Table> tables, List<Chart> charts, List<Bound> bounds) {
        this(name, title, method, tables, charts, bounds, Machine.now());
    }

    /** Returns a number in the first table of a study; empty if the number was not measured. */
    static Optional<Spread> find(List<Chapter> chapters, String study, String row, String column) {
        return chapters.stream()
                .filter(chapter -> chapter.name().equals(study))
                .findFirst()
                .flatMap(chapter -> chapter.tables().get(0).find(row, column));
    }
}
