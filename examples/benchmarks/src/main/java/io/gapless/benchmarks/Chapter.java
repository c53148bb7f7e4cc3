package io.gapless.benchmarks;

import java.util.List;

/**
 * A study's outcome.
 *
 * @param name the study's
 * @param title what was asked
 * @param method how it was measured
 * @param tables the numbers
 * @param charts pictures of them
 * @param bounds what must be reached
 */
record Chapter(String name, String title, String method, List<Table> tables, List<Chart> charts, List<Bound> bounds) {}
