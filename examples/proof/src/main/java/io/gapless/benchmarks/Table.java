package io.gapless.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds numbers by row and column.
 *
 * @param title what the table shows
 * @param of the heading of the first column: what a row stands for
 * @param rows the rows, in their order
 */
record Table(String title, String of, List<Row> rows) {
    /** Holds a row: its numbers by the name of their column. The names of the columns contain the units. */
    record Row(String name, Map<String, Spread> values) {}

    /** Returns an empty table, to which {@link #put} adds numbers. */
    static Table begin(String title, String of) {
        return new Table(title, of, new ArrayList<>());
    }

    /** Adds a number. If its row or its column does not exist yet, it is created. */
    Table put(String row, String column, Spread value) {
        Row found = rows.stream().filter(r -> r.name().equals(row)).findFirst().orElseGet(() -> {
            Row added = new Row(row, new LinkedHashMap<>());
            rows.add(added);
            return added;
        });
        found.values().put(column, value);
        return this;
    }

    /** Returns the number in a row and a column; empty if the table has no such number. */
    Optional<Spread> find(String row, String column) {
        return rows.stream()
                .filter(r -> r.name().equals(row))
                .findFirst()
                .flatMap(r -> Optional.ofNullable(r.values().get(column)));
    }

    String markdown() {
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(row -> columns.addAll(row.values().keySet()));
        StringBuilder text = new StringBuilder("**" + title + "**\n\n| " + of + " |");
        columns.forEach(column -> text.append(' ').append(column).append(" |"));
        text.append("\n|---|").append("---:|".repeat(columns.size())).append('\n');
        for (Row row : rows) {
            text.append("| ").append(row.name()).append(" |");
            for (String column : columns) {
                Spread value = row.values().get(column);
                text.append(' ').append(value == null ? "–" : value.text()).append(" |");
            }
            text.append('\n');
        }
        return text.toString();
    }
}
