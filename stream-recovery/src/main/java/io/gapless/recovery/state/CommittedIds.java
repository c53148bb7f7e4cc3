package io.gapless.recovery.state;

import java.time.Instant;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Follows the ids that the holder of a shared state commits, and reads only the parts that have changed. So a process that
 * stands by knows nearly all ids before it takes the state over, and reads only the last ones then, however many the last
 * hour has brought. Owns the description of what was read. One thread at a time uses it.
 */
public final class CommittedIds {
    /** How many rows are read at a time at most, unless one part alone has more. */
    private static final long ROWS_MAX = 4_000;
    /** How many ids are passed on at a time. */
    private static final int PAGE_IDS = 1 << 16;

    private Set<IdPart> read = Set.of();
    /** The parts that are to be read, by key. */
    private final NavigableMap<Long, IdPart> unread = new TreeMap<>();

    /**
     * Looks which parts have changed since they were read.
     *
     * @param state the state
     * @param since when the posts were created at the earliest
     * @throws io.gapless.recovery.ledger.StateException if the state cannot be read
     */
    public void look(LeasedClient state, Instant since) {
        Set<IdPart> now = state.idParts(since);
        Set<IdPart> known = new HashSet<>(read);
        known.retainAll(now);
        read = known;
        unread.clear();
        for (IdPart part : now) {
            if (!known.contains(part)) unread.put(part.key(), part);
        }
    }

    /** Returns whether parts that had changed at the last look are still to be read. */
    public boolean isBehind() {
        return !unread.isEmpty();
    }

    /**
     * Reads some of the parts that have changed. After a failure, the next call reads the same parts.
     *
     * @param state the state
     * @param page receives the ids, page by page; some of them may have been passed on before
     * @throws io.gapless.recovery.ledger.StateException if the ids cannot be read
     */
    public void readSome(LeasedClient state, Consumer<long[]> page) {
        if (unread.isEmpty()) return;
        long firstKey = unread.firstKey();
        long nextKey = firstKey;
        long rows = 0;
        for (IdPart part = unread.get(nextKey);
                part != null && (rows == 0 || rows + part.rows() <= ROWS_MAX);
                part = unread.get(nextKey)) {
            rows += part.rows();
            nextKey++;
        }
        // A part that has grown since the look may be read as it is now, and once more after the next look.
        read(state, firstKey, nextKey - 1, page);
        NavigableMap<Long, IdPart> done = unread.headMap(nextKey, false);
        read.addAll(done.values());
        done.clear();
    }

    private static void read(LeasedClient state, long firstKey, long lastKey, Consumer<long[]> page) {
        IdArray[] ids = {new IdArray()};
        state.ids(firstKey, lastKey, id -> {
            ids[0].add(id);
            if (ids[0].count() < PAGE_IDS) return;
            page.accept(ids[0].all());
            ids[0] = new IdArray();
        });
        page.accept(ids[0].all());
    }
}
