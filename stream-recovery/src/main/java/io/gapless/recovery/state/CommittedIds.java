package io.gapless.recovery.state;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Follows the ids that the holder of a shared state commits. Each call reads the parts that have changed since the last
 * one. So a process that stands by knows nearly all ids before it takes the state over, and reads only the last ones then,
 * however many the last hour has brought. Owns the description of what was read. One thread at a time uses it.
 */
public final class CommittedIds {
    /** How many ids are passed on at a time. */
    private static final int PAGE_IDS = 1 << 16;

    private Set<IdPart> read = Set.of();

    /**
     * Reads the ids that were committed since the last call, and others of the same parts again. After a failure, the next
     * call reads them all again.
     *
     * @param state the state
     * @param since when the posts were created at the earliest
     * @param page receives the ids, page by page
     * @throws io.gapless.recovery.ledger.StateException if the ids cannot be read
     */
    public void follow(LeasedClient state, Instant since, Consumer<long[]> page) {
        // Described before they are read. So what is committed meanwhile is read again next time, and not missed.
        Set<IdPart> now = state.idParts(since);
        TreeSet<Long> changed = new TreeSet<>();
        for (IdPart part : now) {
            if (!read.contains(part)) changed.add(part.key());
        }
        while (!changed.isEmpty()) {
            long first = changed.first();
            long last = first;
            while (changed.remove(last)) last++;
            read(state, first, last - 1, page);
        }
        read = now;
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
