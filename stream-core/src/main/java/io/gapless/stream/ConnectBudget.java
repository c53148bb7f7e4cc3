package io.gapless.stream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.IntConsumer;

/**
 * X allows so many connects per window of 15 minutes and app; every connect of every kind draws on this one account.
 * Owner: the stream's thread.
 *
 * <pre>
 *  of 50:   30 for all ── jobs, the second connection
 *         + 10 for lanes ── a lane while another is live
 *         + 10 kept back ── a lane when none is live
 * </pre>
 */
final class ConnectBudget {
    static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int RESERVE_PARTS = 5;

    /** Who asks; each may use the budget down to the reserves above it. */
    enum Purpose {
        /** A lane when none is live. */
        ONLY_LANE(0),
        /** A lane while another is live. */
        LANE(1),
        /** A job, or the second connection for the first time. */
        EXTRA(2);

        private final int reservesKept;

        Purpose(int reservesKept) {
            this.reservesKept = reservesKept;
        }
    }

    private final int connects;
    private final IntConsumer charged;
    private final ArrayDeque<Long> chargedAtNanos = new ArrayDeque<>();

    /**
     * Begins with nothing charged.
     *
     * @param charged receives how many connects were charged, or -1 when one is refunded
     */
    ConnectBudget(int connects, IntConsumer charged) {
        this.connects = connects;
        this.charged = charged;
    }

    /** Charges connects of an earlier process, before any of this one; the oldest first. */
    void chargeEarlier(int count, Duration ago, long nowNanos) {
        for (int i = 0; i < count; i++) chargedAtNanos.add(nowNanos - ago.toNanos());
    }

    /** Takes one connect, or tells how long to wait for it; 0 means taken. */
    long tryTake(Purpose purpose, long nowNanos) {
        forgetOld(nowNanos);
        long waitNanos = freeAtNanos(purpose, nowNanos) - nowNanos;
        if (waitNanos <= 0) charge(nowNanos);
        return Math.max(0, waitNanos);
    }

    /** From when on a connect may be taken, from a moment on, as far as is known now. */
    long freeAtNanos(Purpose purpose, long fromNanos) {
        int allowed = connects - purpose.reservesKept * (connects / RESERVE_PARTS);
        int over = chargedAtNanos.size() - allowed;
        if (over < 0) return fromNanos;
        long freeing = chargedAtNanos.stream().skip(over).findFirst().orElse(fromNanos) + WINDOW.toNanos();
        return freeing - fromNanos > 0 ? freeing : fromNanos;
    }

    /** The last connect may have been sent twice: the JDK repeats a GET whose connection ended without an answer. */
    void chargeAgain(long nowNanos) {
        charge(nowNanos);
    }

    private void charge(long nowNanos) {
        chargedAtNanos.add(nowNanos);
        charged.accept(1);
    }

    /** The last connect never reached X. */
    void refund() {
        if (chargedAtNanos.pollLast() != null) charged.accept(-1);
    }

    int left(long nowNanos) {
        forgetOld(nowNanos);
        return Math.max(0, connects - chargedAtNanos.size());
    }

    private void forgetOld(long nowNanos) {
        while (!chargedAtNanos.isEmpty() && nowNanos - chargedAtNanos.peek() >= WINDOW.toNanos()) chargedAtNanos.poll();
    }
}
