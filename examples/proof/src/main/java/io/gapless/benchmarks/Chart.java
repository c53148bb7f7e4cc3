package io.gapless.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the lines of a chart. The horizontal axis is logarithmic if its values differ by a factor of 100 or more.
 *
 * @param file the name of the file, without its extension
 * @param title what the chart shows
 * @param xAxis what the horizontal axis shows, with its unit
 * @param yAxis what the vertical axis shows, from zero, with its unit
 * @param lines the points of each line, by its name
 */
record Chart(String file, String title, String xAxis, String yAxis, Map<String, List<Point>> lines) {
    /** Holds a point of a line. */
    record Point(double x, double y) {}

    static Chart begin(String file, String title, String xAxis, String yAxis) {
        return new Chart(file, title, xAxis, yAxis, new LinkedHashMap<>());
    }

    Chart put(String line, double x, double y) {
        lines.computeIfAbsent(line, name -> new ArrayList<>()).add(new Point(x, y));
        return this;
    }
}
