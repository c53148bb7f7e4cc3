package io.gapless.recovery;

import io.gapless.recovery.search.Spend;
import io.gapless.recovery.state.AcknowledgedIds;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.spi.Recovery;
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
 * Limits how many posts search may buy per gap and per UTC day. X bills a post once per UTC day. So if a post was
 * created today and received today, search gets it without a further charge, and it does not count. If X bills no posts
 * to this account, nothing counts. The number of posts bought on a day is read from the store once, usually before that
 * day begins, and counted here from then on. Thread-safe: its lock guards all counts, because searches call it from
 * other threads.
 */
final class Money {
    /** Reads from the store how many posts all processes of this stream have bought on a day. */
    @FunctionalInterface
    interface Asks {
        /**
         * Starts the read, and does not wait for it.
         *
         * @param day the UTC day
         * @param answer receives the number of posts, on the stream's thread
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
    /**
     * The number of posts bought, by UTC day. Until the store's number for a day has been read, only the posts that
     * this process has bought.
     */
    private final Map<LocalDate, Long> bought = new HashMap<>();

    private long sinceStart;

    private final Set<LocalDate> known = new HashSet<>();
    private final Set<LocalDate> asked = new HashSet<>();

    /**
     * Creates the limit, and reads how many posts were bought yesterday, today and tomorrow. Before X's first answer,
     * this machine's clock may show a day earlier or later than X's.
     *
     * @param postsMax the spending limit, in posts
     * @param x X's clock, which decides the UTC day
     * @param store read only here, before the stream has begun
     * @param asks reads the number of posts bought on further days
     * @param remember queues the number of bought posts for the next commit
     * @param billed returns whether X bills the posts that search returns
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

    /** Returns how many posts all processes of this stream have bought on a day. */
    static long boughtOn(StateStore store, LocalDate utcDay) {
        return store.spent(utcDay);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(x.instant(), ZoneOffset.UTC);
    }

    private synchronized void known(LocalDate day, long posts) {
        known.add(day);
        // Posts that this process bought during the read may be counted twice. Then search buys less than the limit
        // allows, which is the safe side.
        bought.merge(day, posts, Long::sum);
    }

    private void ask(LocalDate day) {
        if (!known.contains(day) && asked.add(day)) asks.boughtOn(day, posts -> known(day, posts));
    }

    /**
     * Returns the spending guard for the search of one slice. Only that search may use the guard.
     *
     * @param gapId the id of the gap
     * @param received the posts that had been received before the search
     */
    Spend forGap(long gapId, AcknowledgedIds received) {
        return new Spend() {
            /** The posts that this slice has returned today. */
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

    /**
     * Returns whether the number of posts bought today is known, or is not needed because the gap has no limit. Also
     * reads the number for tomorrow from the store, because a search may last past midnight.
     */
    synchronized boolean isKnown(long gapId) {
        LocalDate today = today();
        ask(today);
        ask(today.plusDays(1));
        return unguarded.contains(gapId) || known.contains(today);
    }

    /** Returns how many posts may still be bought for a gap. */
    synchronized long leftFor(long gapId) {
        if (unguarded.contains(gapId) || !billed.getAsBoolean()) return Long.MAX_VALUE;
        long byGap = boughtByGap.getOrDefault(gapId, 0L);
        long boughtToday = bought.getOrDefault(today(), 0L);
        return postsMax - Math.max(byGap, boughtToday);
    }

    /**
     * Returns whether X bills a post. A received post that was created before today may also have been received before
     * today. Then X bills it once more, so it counts as billed.
     */
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
        sinceStart += posts;
        remember.accept(new Change.Spent(today, posts));
    }

    /** Counts the posts that were bought. */
    synchronized Recovery.Bought account() {
        return new Recovery.Bought(sinceStart, bought.getOrDefault(today(), 0L), billed.getAsBoolean() ? postsMax : -1);
    }

    /** Lifts the spending limit for a gap that a person has requested. The person has accepted the price. */
    synchronized void allow(long gapId) {
        unguarded.add(gapId);
    }
}
