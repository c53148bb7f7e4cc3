package io.gapless.stream.pace;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.IntConsumer;

/**
 * Limits the connects of the stream, because X allows each app only a limited number of connects in any 15 minutes.
 * Every connect of every kind takes from this one budget. Of a budget of 50, a recovery job may take only the first 30,
 * a lane the first 40 while another lane is up, and all 50 while no other lane is up. Owner: the stream's thread.
 *
 * <pre>
 *  of 50:   30 for all ──────── recovery jobs
 *         + 10 for lanes ────── a lane while another one is up
 *         + 10 in reserve ───── a lane while no other one is up
 * </pre>
 */
public final class ConnectBudget {
    static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int RESERVE_PARTS = 5;

    /** Names the purposes of connects. Each purpose leaves the reserves of the more urgent purposes untouched. */
    public enum Purpose {
        /** A lane while no other lane is up. */
        ONLY_LANE(0),
        /** A lane while another lane is up. */
        LANE(1),
        /** A recovery job. */
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
     * Creates a budget from which no connect has been taken.
     *
     * @param connects the number of connects in any 15 minutes
     * @param charged receives 1 for each connect that is charged, or -1 for one that is refunded
     */
    public ConnectBudget(int connects, IntConsumer charged) {
        this.connects = connects;
        this.charged = charged;
    }

    /**
     * Charges connects that an earlier process made.
     */
    public void chargeEarlier(int count, Duration ago, long nowNanos) {
        ArrayDeque<Long> later = new ArrayDeque<>();
        long atNanos = nowNanos - ago.toNanos();
        while (!chargedAtNanos.isEmpty() && chargedAtNanos.getLast() - atNanos > 0)
            later.push(chargedAtNanos.removeLast());
        for (int i = 0; i < count; i++) chargedAtNanos.add(atNanos);
        chargedAtNanos.addAll(later);
    }

    /**
     * Takes one connect if the budget allows it. Returns 0 if the connect was taken, otherwise the nanoseconds to wait.
     */
    public long tryTake(Purpose purpose, long nowNanos) {
        forgetOld(nowNanos);
        long waitNanos = freeAtNanos(purpose, nowNanos) - nowNanos;
        if (waitNanos <= 0) charge(nowNanos);
        return Math.max(0, waitNanos);
    }

    /**
     * Returns the earliest time, not before {@code fromNanos}, at which the budget allows a connect for this purpose.
     * Connects that are charged in the meantime can make that time later.
     */
    public long freeAtNanos(Purpose purpose, long fromNanos) {
        int over = chargedAtNanos.size() - allowed(purpose);
        if (over < 0) return fromNanos;
        long freeing = chargedAtNanos.stream().skip(over).findFirst().orElse(fromNanos) + WINDOW.toNanos();
        return freeing - fromNanos > 0 ? freeing : fromNanos;
    }

    /** Returns how many connects this purpose may use. A budget without a fifth leaves one connect to the lanes. */
    private int allowed(Purpose purpose) {
        if (connects < RESERVE_PARTS) return purpose == Purpose.EXTRA ? Math.max(1, connects - 1) : connects;
        return connects - purpose.reservesKept * (connects / RESERVE_PARTS);
    }

    /**
     * Charges the last connect a second time. The JDK repeats a GET whose connection ended without an answer, so X may
     * have received the request twice.
     */
    public void chargeAgain(long nowNanos) {
        charge(nowNanos);
    }

    private void charge(long nowNanos) {
        chargedAtNanos.add(nowNanos);
        charged.accept(1);
    }

    /** Refunds the last connect, because it never reached X. */
    public void refund() {
        if (chargedAtNanos.pollLast() != null) charged.accept(-1);
    }

    public int left(long nowNanos) {
        forgetOld(nowNanos);
        return Math.max(0, connects - chargedAtNanos.size());
    }

    private void forgetOld(long nowNanos) {
        while (!chargedAtNanos.isEmpty() && nowNanos - chargedAtNanos.peek() >= WINDOW.toNanos()) chargedAtNanos.poll();
    }
}
