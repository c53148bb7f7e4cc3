package io.gapless.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines; the axis to the right is logarithmic where it spans much.
 *
 * @param file its name, without an ending
 * @param title what it shows
 * @param xAxis what goes to the right, with its unit
 * @param yAxis what goes up from zero, with its unit
 * @param lines by name
 */
record Chart(String file, String title, String xAxis, String yAxis, Map<String, List<Point>> lines) {
    /** A point of a line. */
    record Point(double x, double y) {}

    static Chart begin(String file, String title, String xAxis, String yAxis) {
        return new Chart(file, title, xAxis, yAxis, new LinkedHashMap<>());
    }

    Chart put(String line, double x, double y) {
        lines.computeIfAbsent(line, name -> new ArrayList<>()).add(new Point(x, y));
        return this;
    }
}
