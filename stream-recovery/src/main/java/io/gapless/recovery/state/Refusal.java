package io.gapless.recovery.state;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds when and why X refused a right, such as backfill, to this account. The owner of the state requests that right
 * again a day later.
 *
 * @param at when X refused the right, in X's time
 * @param why X's answer, or what the owner observed, as text for people
 */
public record Refusal(Instant at, String why) {
    /** The text of the note while X does not refuse the right. */
    public static final String NONE = "";

    /**
     * Reads a refusal from the text of a note.
     *
     * @param note what {@link #note} wrote, {@link #NONE}, or null
     * @return the refusal; empty if nothing is refused, or if the note cannot be read
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
     * Returns the refusal as a note.
     *
     * @return the time to the second, a space, and the reason
     */
    public String note() {
        return at.truncatedTo(ChronoUnit.SECONDS) + " " + why;
    }
}
