package io.gapless.receiver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects the numbers of a run, and the expectations that the run has not met. Not thread-safe. */
public final class Report {
    private final String title;
    private final String method;
    private final String bound;
    private final Map<String, Double> numbers = new LinkedHashMap<>();
    private final List<String> misses = new ArrayList<>();

    /**
     * Creates an empty report.
     *
     * @param title the promise, or what was done
     * @param method how the promise was tested; may be empty
     * @param bound the condition that has to hold; may be empty
     */
    public Report(String title, String method, String bound) {
        this.title = title;
        this.method = method;
        this.bound = bound;
    }

    public Report(String title) {
        this(title, "", "");
    }

    public Report say(String what, double value) {
        numbers.put(what, value);
        return this;
    }

    public Report must(boolean holds, String otherwise) {
        if (!holds) misses.add(otherwise);
        return this;
    }

    public Report misses(List<String> more) {
        misses.addAll(more);
        return this;
    }

    public boolean holds() {
        return misses.isEmpty();
    }

    public String title() {
        return title;
    }

    public Map<String, Double> numbers() {
        return numbers;
    }

    public List<String> misses() {
        return List.copyOf(misses);
    }

    /** Returns everything, for a file of JSON. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", title);
        fields.put("method", method);
        fields.put("bound", bound);
        fields.put("numbers", numbers);
        fields.put("misses", misses);
        return fields;
    }

    public String text() {
        StringBuilder text = new StringBuilder(title).append('\n');
        numbers.forEach((what, value) -> text.append(String.format(Locale.ROOT, "  %-52s %s%n", what, number(value))));
        if (!bound.isEmpty()) text.append("  bound:  ").append(bound).append('\n');
        if (!method.isEmpty()) text.append("  method: ").append(method).append('\n');
        misses.forEach(miss -> text.append("  MISSED: ").append(miss).append('\n'));
        return text.append(holds() ? "The promise holds." : "The promise is BROKEN.")
                .toString();
    }

    /** Formats a number with two decimals, or without decimals if it is whole or at least 1,000. */
    private static String number(double value) {
        boolean whole = value == Math.rint(value) || Math.abs(value) >= 1_000;
        return String.format(Locale.ROOT, whole ? "%,.0f" : "%.2f", value);
    }
}
