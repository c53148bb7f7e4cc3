package io.gapless.benchmarks;

import java.util.List;

/**
 * Holds the result of a study.
 *
 * @param name the name of the study
 * @param title the question
 * @param method how it was measured
 * @param tables the numbers
 * @param charts pictures of the numbers
 * @param bounds what must be reached
 */
record Chapter(String name, String title, String method, List<Table> tables, List<Chart> charts, List<Bound> bounds) {}
