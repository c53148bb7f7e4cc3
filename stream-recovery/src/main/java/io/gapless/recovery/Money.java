package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.StateStore;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What search may buy: so many posts per gap and per UTC day, since X bills a post once per UTC day. Owner: the
 * stream's thread, but for the account of a slice under way, which its search keeps.
 */
final class Money {
    private final long postsMax;
    private final XClock x;
    private final StateStore store;
    private final Consumer<Change> remember;
    private final Map<Long, Long> boughtByGap = new HashMap<>();
    private final Set<Long> unguarded = new HashSet<>();
    private LocalDate day;
    private long boughtToday;

    Money(long postsMax, XClock x, StateStore store, Consumer<Change> remember) {
        this.postsMax = postsMax;
        this.x = x;
        this.store = store;
        this.remember = remember;
        this.day = today();
        this.boughtToday = boughtOn(day);
    }

    /** By all lives of the process: at a start, our clock may have told another day than X does later. */
    private long boughtOn(LocalDate utcDay) {
        return store.spent(utcDay);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(x.instant(), ZoneOffset.UTC);
    }

    /** The guard for one gap. */
    SearchSpend forGap(long gapId) {
        return new SearchSpend() {
            @Override
            public boolean mayBuy(int posts) {
                return leftFor(gapId) >= posts;
            }

            @Override
            public void bought(int posts) {
                buy(gapId, posts);
            }
        };
    }

    /** How many posts may still be bought for it. */
    synchronized long leftFor(long gapId) {
        if (!today().equals(day)) {
            day = today();
            boughtToday = boughtOn(day);
        }
        if (unguarded.contains(gapId)) return Long.MAX_VALUE;
        long byGap = boughtByGap.getOrDefault(gapId, 0L);
        return postsMax - Math.max(byGap, boughtToday);
    }

    private synchronized void buy(long gapId, int posts) {
        boughtByGap.merge(gapId, (long) posts, Long::sum);
        boughtToday += posts;
        remember.accept(new Change.Spent(day, posts));
    }

    /** By hand a person has decided: this gap may cost what it does. */
    synchronized void allow(long gapId) {
        unguarded.add(gapId);
    }
}
