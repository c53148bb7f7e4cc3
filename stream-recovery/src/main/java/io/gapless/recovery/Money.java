package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.Snowflake;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What search may buy: so many posts per gap and per UTC day, since X bills a post once per UTC day. A post of today that
 * was received today costs nothing more, and so it does not count. Where posts are not billed, nothing counts. What was
 * bought on a day is read once, before that day comes, and counted here from then on. Owner: the stream's thread, but for
 * the account of a slice under way, which its search keeps.
 */
final class Money {
    /** Asks what all lives of the process have bought on a day. */
    @FunctionalInterface
    interface Asks {
        /**
         * Asks, and does not wait.
         *
         * @param day the UTC day
         * @param answer given the number of posts, on the stream's thread
         */
        void boughtOn(LocalDate day, Consumer<Long> answer);
    }

    private final long postsMax;
    private final XClock x;
    private final Asks asks;
    private final Consumer<Change> remember;
    private final BooleanSupplier billed;
    private final Map<Long, Long> boughtByGap = new HashMap<>();
    private final Set<Long> unguarded = new HashSet<>();
    /** By UTC day; of a day that is not known, what this life has bought. */
    private final Map<LocalDate, Long> bought = new HashMap<>();

    private final Set<LocalDate> known = new HashSet<>();
    private final Set<LocalDate> asked = new HashSet<>();

    /**
     * Reads the account of the days around this one.
     *
     * @param store read only now, before the stream has begun
     * @param asks asks for the other days
     * @param billed whether X bills what is bought
     */
    Money(long postsMax, XClock x, StateStore store, Asks asks, Consumer<Change> remember, BooleanSupplier billed) {
        this.postsMax = postsMax;
        this.x = x;
        this.asks = asks;
        this.remember = remember;
        this.billed = billed;
        LocalDate today = today();
        for (LocalDate day : List.of(today.minusDays(1), today, today.plusDays(1))) known(day, boughtOn(store, day));
    }

    /** By all lives of the process: at a start, our clock may have told another day than X does later. */
    static long boughtOn(StateStore store, LocalDate utcDay) {
        return store.spent(utcDay);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(x.instant(), ZoneOffset.UTC);
    }

    private synchronized void known(LocalDate day, long posts) {
        known.add(day);
        // What this life has bought meanwhile may be counted twice: that is the safe side.
        bought.merge(day, posts, Long::sum);
    }

    private void ask(LocalDate day) {
        if (!known.contains(day) && asked.add(day)) asks.boughtOn(day, posts -> known(day, posts));
    }

    /**
     * The guard for one gap.
     *
     * @param gapId which
     * @param received posts that had been received before
     */
    SearchSpend forGap(long gapId, AcknowledgedIds received) {
        return new SearchSpend() {
            /** What this slice has brought today. */
            private final Set<Long> brought = new HashSet<>();

            private LocalDate broughtOn = LocalDate.MIN;

            @Override
            public boolean isKnown() {
                return Money.this.isKnown(gapId);
            }

            @Override
            public boolean mayBuy(int posts) {
                return leftFor(gapId) >= posts;
            }

            @Override
            public void bought(Set<Long> ids) {
                LocalDate today = today();
                if (!today.equals(broughtOn)) brought.clear();
                broughtOn = today;
                buy(gapId, (int) ids.stream()
                        .filter(brought::add)
                        .filter(id -> costs(id, received))
                        .count());
            }
        };
    }

    /** Whether it is known what was bought today. Tomorrow's account is asked for, too: a search may last until then. */
    synchronized boolean isKnown(long gapId) {
        LocalDate today = today();
        ask(today);
        ask(today.plusDays(1));
        return unguarded.contains(gapId) || known.contains(today);
    }

    /** How many posts may still be bought for it. */
    synchronized long leftFor(long gapId) {
        if (unguarded.contains(gapId) || !billed.getAsBoolean()) return Long.MAX_VALUE;
        long byGap = boughtByGap.getOrDefault(gapId, 0L);
        long boughtToday = bought.getOrDefault(today(), 0L);
        return postsMax - Math.max(byGap, boughtToday);
    }

    /** What was created before today may have been received before today, too: then X bills it once more. */
    private boolean costs(long id, AcknowledgedIds received) {
        return !received.contains(id)
                || !Snowflake.carriesTime(id)
                || LocalDate.ofInstant(Snowflake.time(id), ZoneOffset.UTC).isBefore(today());
    }

    private synchronized void buy(long gapId, int posts) {
        if (posts == 0 || !billed.getAsBoolean()) return;
        LocalDate today = today();
        boughtByGap.merge(gapId, (long) posts, Long::sum);
        bought.merge(today, (long) posts, Long::sum);
        remember.accept(new Change.Spent(today, posts));
    }

    /** By hand a person has decided: this gap may cost what it does. */
    synchronized void allow(long gapId) {
        unguarded.add(gapId);
    }
}
