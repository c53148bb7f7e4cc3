package io.gapless.recovery.state;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A right that X has refused. It is asked for again a day later.
 *
 * @param at when, in X's time
 * @param why X's words, or what was observed
 */
public record Refusal(Instant at, String why) {
    /** The note of a right that X grants again. */
    public static final String NONE = "";

    /**
     * Reads a note.
     *
     * @param note what {@link #note} wrote, {@link #NONE}, or null
     * @return empty if nothing is refused, or if the note is not understood
     */
    public static Optional<Refusal> parse(@Nullable String note) {
        if (note == null) return Optional.empty();
        String[] words = note.split(" ", 2);
        try {
            return words.length < 2 ? Optional.empty() : Optional.of(new Refusal(Instant.parse(words[0]), words[1]));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * The refusal as a note.
     *
     * @return the moment to the second, a space, and the words
     */
    public String note() {
        return at.truncatedTo(ChronoUnit.SECONDS) + " " + why;
    }
}
