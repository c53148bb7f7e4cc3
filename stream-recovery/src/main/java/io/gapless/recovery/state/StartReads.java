package io.gapless.recovery.state;

import io.gapless.recovery.state.StateReader.Remembered;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Holds what a stream reads from its state when it begins, read beforehand by another thread. So the stream's thread does
 * not wait for a database on another machine. Immutable.
 */
public final class StartReads {
    private final Remembered remembered;
    private final Map<LocalDate, Long> spent;

    private StartReads(Remembered remembered, Map<LocalDate, Long> spent) {
        this.remembered = remembered;
        this.spent = Map.copyOf(spent);
    }

    /**
     * Reads from a state.
     *
     * @param store the state
     * @param remembered what the state remembers
     * @param now X's time, as far as it is known
     */
    public static StartReads read(StateStore store, Remembered remembered, Instant now) {
        Map<LocalDate, Long> spent = new HashMap<>();
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        // A day more on each side, since midnight may pass before the stream begins.
        for (int day = -2; day <= 2; day++) spent.put(today.plusDays(day), store.spent(today.plusDays(day)));
        return new StartReads(remembered, spent);
    }

    Remembered remembered() {
        return remembered;
    }

    /** Returns how many posts were bought on a day; empty if this was not read. */
    OptionalLong spent(LocalDate day) {
        Long posts = spent.get(day);
        return posts == null ? OptionalLong.empty() : OptionalLong.of(posts);
    }
}
