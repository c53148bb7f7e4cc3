package io.gapless.sending;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects the numbers of a run, and the expectations that the run has not met. */
final class Report {
    private final String title;
    private final Map<String, Object> numbers = new LinkedHashMap<>();
    private final List<String> misses = new ArrayList<>();

    Report(String title) {
        this.title = title;
    }

    Report say(String what, Object value) {
        numbers.put(what, value);
        return this;
    }

    Report must(boolean holds, String otherwise) {
        if (!holds) misses.add(otherwise);
        return this;
    }

    boolean holds() {
        return misses.isEmpty();
    }

    List<String> misses() {
        return List.copyOf(misses);
    }

    String text() {
        StringBuilder text = new StringBuilder(title).append('\n');
        numbers.forEach((what, value) -> text.append(line(what, value)));
        misses.forEach(miss -> text.append("  MISSED: ").append(miss).append('\n'));
        return text.append(holds() ? "The promise holds." : "The promise is BROKEN.")
                .toString();
    }

    private static String line(String what, Object value) {
        String shown = value instanceof Number
                ? String.format(Locale.ROOT, "%,d", ((Number) value).longValue())
                : value.toString();
        return String.format(Locale.ROOT, "  %-52s %s%n", what, shown);
    }
}
