package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.StateReader.Remembered;
import io.gapless.stream.post.Snowflake;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * Holds what a stream reads from its state when it begins, read beforehand by another thread, in few requests. So the
 * stream's thread does not wait for a database on another machine. Immutable.
 */
public final class StartReads {
    /** More ids than these are left to be read in chunks. They are those of an hour at 2,000 posts a second. */
    private static final int IDS_MAX = 7_200_000;

    private final Remembered remembered;
    private final Span covered;
    /** The ids of the posts created in the span, ascending; empty if there were too many. */
    private final long[] ids;
    /** The ids that carry no time. */
    private final long[] timeless;

    private final boolean isWhole;
    private final Map<LocalDate, Long> spent;

    private StartReads(Remembered remembered, Span covered, Ids read, Map<LocalDate, Long> spent) {
        this.remembered = remembered;
        this.covered = covered;
        this.isWhole = read.areAll();
        this.ids = isWhole ? read.timed.all() : new long[0];
        this.timeless = isWhole ? read.timeless.all() : new long[0];
        Arrays.sort(ids);
        this.spent = Map.copyOf(spent);
    }

    /**
     * Reads from a state.
     *
     * @param store the state
     * @param remembered what the state remembers
     * @param now X's time, as far as it is known
     * @param from since when posts were created whose ids are needed
     */
    public static StartReads read(StateStore store, Remembered remembered, Instant now, Instant from) {
        Span span = new Span(from, Instant.MAX);
        Ids read = new Ids();
        store.ids(span, read);
        Map<LocalDate, Long> spent = new HashMap<>();
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        // A day more on each side, since midnight may pass before the stream begins.
        for (int day = -2; day <= 2; day++) spent.put(today.plusDays(day), store.spent(today.plusDays(day)));
        return new StartReads(remembered, span, read, spent);
    }

    Remembered remembered() {
        return remembered;
    }

    /** Returns how many posts were bought on a day; empty if this was not read. */
    OptionalLong spent(LocalDate day) {
        Long posts = spent.get(day);
        return posts == null ? OptionalLong.empty() : OptionalLong.of(posts);
    }

    /** Returns whether all ids of a span were read. */
    boolean covers(Span created) {
        return isWhole && !created.from().isBefore(covered.from());
    }

    /** Passes the ids of a span that is covered, and all ids that carry no time: see {@link StateStore#ids}. */
    void forEach(Span created, LongConsumer each) {
        for (long id : timeless) each.accept(id);
        IdRange range = IdRange.of(created);
        int found = Arrays.binarySearch(ids, range.first());
        for (int i = found < 0 ? -found - 1 : found; i < ids.length && ids[i] <= range.last(); i++) each.accept(ids[i]);
    }

    /** Collects ids, up to a limit. */
    private static final class Ids implements LongConsumer {
        private final IdArray timed = new IdArray();
        private final IdArray timeless = new IdArray();

        @Override
        public void accept(long id) {
            if (areAll()) (Snowflake.carriesTime(id) ? timed : timeless).add(id);
        }

        boolean areAll() {
            return timed.count() + timeless.count() < IDS_MAX;
        }
    }
}
