package io.gapless.recovery.outbox;

import java.time.Duration;
import java.util.Locale;

/** Writes numbers and durations for sentences. */
final class Wording {
    private static final int WORDS_MAX = 300;

    private Wording() {}

    /** Returns a number with its noun: 1 record, 2,000 records, 2 batches. */
    static String counted(long count, String singular) {
        String plural = singular.endsWith("ch") ? singular + "es" : singular + "s";
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? singular : plural);
    }

    /** Returns a duration for people: 5 s, 3 min 20 s, 24 h, 7 d. */
    static String duration(Duration length) {
        if (length.toDays() > 1 && length.equals(Duration.ofDays(length.toDays()))) return length.toDays() + " d";
        StringBuilder text = new StringBuilder();
        append(text, length.toHours(), "h");
        append(text, length.toMinutesPart(), "min");
        append(text, length.toSecondsPart(), "s");
        append(text, length.toMillisPart(), "ms");
        return text.length() == 0 ? "0 s" : text.toString();
    }

    /** Returns a text that another system wrote, with a full stop at its end, so that it can end a sentence. */
    static String ended(String text) {
        return text.endsWith(".") || text.endsWith("…") ? text : text + ".";
    }

    /** Returns a text that another system wrote, on one line, and cut if it is long. */
    static String oneLine(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= WORDS_MAX ? line : line.substring(0, WORDS_MAX) + "…";
    }

    private static void append(StringBuilder text, long count, String unit) {
        if (count != 0)
            text.append(text.length() == 0 ? "" : " ").append(count).append(' ').append(unit);
    }
}
