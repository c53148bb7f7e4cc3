package io.gapless.cli;

import java.util.ArrayList;
import java.util.List;

/** Formats columns for a terminal. The last column has no fixed width. Not thread-safe. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heading) {
        row(heading);
    }

    void row(String... cells) {
        rows.add(List.of(cells).stream().map(Text::line).toList());
    }

    /** Returns the lines of the table. The first line is the heading. */
    List<String> lines() {
        int last = rows.get(0).size() - 1;
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < last; column++) {
                line.append(row.get(column)).append(" ".repeat(width(column) - length(row.get(column)) + 2));
            }
            lines.add(line.append(row.get(last)).toString().stripTrailing());
        }
        return lines;
    }

    @Override
    public String toString() {
        return String.join("\n", lines());
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0);
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
