package io.gapless.benchmarks;

import java.util.List;

/**
 * Holds the result of a study.
 *
 * @param name the name of the study
 * @param title the question that the study answers
 * @param method how the numbers were measured
 * @param tables the measured numbers
 * @param charts pictures of the numbers
 * @param bounds the limits that the numbers must keep to
 */
record Chapter(String name, String title, String method, List<Table> tables, List<Chart> charts, List<Bound> bounds) {}
