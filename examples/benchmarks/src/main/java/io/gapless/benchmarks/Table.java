package io.gapless.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Numbers by row and column.
 *
 * @param title what it shows
 * @param of what a row is
 * @param rows in their order
 */
record Table(String title, String of, List<Row> rows) {
    /** A row: its numbers by column, with their units in the columns' names. */
    record Row(String name, Map<String, Spread> values) {}

    /** A table that is filled row by row. */
    static Table begin(String title, String of) {
        return new Table(title, of, new ArrayList<>());
    }

    /** Adds a number; the row and the column begin with their first number. */
    Table put(String row, String column, Spread value) {
        Row found = rows.stream().filter(r -> r.name().equals(row)).findFirst().orElseGet(() -> {
            Row added = new Row(row, new LinkedHashMap<>());
            rows.add(added);
            return added;
        });
        found.values().put(column, value);
        return this;
    }

    /** A number that was put, if it was. */
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
