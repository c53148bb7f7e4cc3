package io.gapless.emulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A clock that an emulator and the stream under test share. It runs as fast as the machine's clock, and jumps ahead
 * while a test calls {@link #pass} or {@link #passUntil}: as soon as all threads of the emulator and of the stream wait,
 * it jumps to the first time for which one of them waits. So hours pass in milliseconds, and each timer fires in its
 * turn: no thread is late, however slow the machine is.
 *
 * <p>Only threads that wait on this clock count: those of the emulator, and those of a stream that was connected by the
 * test kit. While one of them runs, for example a handler, the clock does not jump. Owns the time that was jumped over,
 * and who waits. Thread-safe.
 */
public final class SharedClock implements InstantSource {
    /** How long one thread may keep the clock from jumping before the test is failed. Far beyond any healthy step. */
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition allWait = lock.newCondition();
    private final Set<Party> running = new LinkedHashSet<>();
    private final Set<Party> waiting = new LinkedHashSet<>();
    private final ThreadLocal<@Nullable Party> own = new ThreadLocal<>();
    private final long originNanos = System.nanoTime();
    private final Instant wallAtOrigin;
    private volatile long aheadNanos;

    private SharedClock(Instant wallAtOrigin) {
        this.wallAtOrigin = wallAtOrigin;
    }

    /**
     * Returns a clock that starts at a time.
     *
     * @param now what the clock shows first
     * @return a new clock
     */
    public static SharedClock startingAt(Instant now) {
        return new SharedClock(now);
    }

    @Override
    public Instant instant() {
        return wallAtOrigin.plusNanos(nanoTime());
    }

    /**
     * Returns the time since the clock was created.
     *
     * @return nanoseconds
     */
    public long nanoTime() {
        return System.nanoTime() - originNanos + aheadNanos;
    }

    /**
     * Lets time pass. What the emulator and the stream do in this time has been done when the method returns.
     *
     * @param length how much time passes
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException if a thread runs on and on, so that time cannot pass, or if a handler calls this
     *     method
     */
    public void pass(Duration length) throws InterruptedException {
        passUntil(() -> false, length);
    }

    /**
     * Lets time pass in strides: the clock jumps by at least a stride, so timers fire late by up to its length, as on a
     * machine that is busy. For a time in which no connection is up, since a keep-alive that is late is a stall.
     *
     * @param length how much time passes
     * @param stride how far the clock jumps at least
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException as {@link #pass}
     */
    void passInStrides(Duration length, Duration stride) throws InterruptedException {
        passUntil(() -> false, length, stride.toNanos());
    }

    /**
     * Lets time pass until a condition holds.
     *
     * @param condition what to wait for; checked each time all threads wait
     * @param atMost how much time passes at most
     * @return true if the condition holds; false if the time has passed
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException if a thread runs on and on, so that time cannot pass, or if a handler calls this
     *     method
     */
    public boolean passUntil(BooleanSupplier condition, Duration atMost) throws InterruptedException {
        return passUntil(condition, atMost, 0);
    }

    private boolean passUntil(BooleanSupplier condition, Duration atMost, long strideNanos)
            throws InterruptedException {
        if (own.get() != null) {
            throw new IllegalStateException("A thread of the stream, such as the one that runs the handler, cannot let"
                    + " time pass: time waits for it. Call this method in the test.");
        }
        long untilNanos = later(TimeUnit.NANOSECONDS.convert(atMost));
        while (true) {
            awaitAllWait();
            if (condition.getAsBoolean()) return true;
            if (nanoTime() >= untilNanos) return false;
            jump(untilNanos, strideNanos);
        }
    }

    /** Jumps to the first time for which a thread waits, and at least by a stride, but not beyond {@code latestNanos}. */
    private void jump(long latestNanos, long strideNanos) {
        lock.lock();
        try {
            // The condition may have woken a thread.
            if (!running.isEmpty()) return;
            long next = Long.MAX_VALUE;
            for (Party party : waiting) next = Math.min(next, party.untilNanos);
            next = Math.min(latestNanos, Math.max(next, nanoTime() + strideNanos));
            aheadNanos += Math.max(0, next - nanoTime());
            long now = nanoTime();
            List<Party> due = new ArrayList<>();
            for (Party party : waiting) if (party.untilNanos <= now) due.add(party);
            due.forEach(Party::resume);
        } finally {
            lock.unlock();
        }
    }

    private void awaitAllWait() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long leftNanos = STUCK_NANOS;
            while (!running.isEmpty()) {
                if (leftNanos <= 0) throw new IllegalStateException(stuck());
                leftNanos = allWait.awaitNanos(leftNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    private String stuck() {
        String threads =
                running.stream().map(party -> party.thread.getName()).distinct().collect(Collectors.joining(", "));
        return "Time cannot pass, because a thread has not paused for " + TimeUnit.NANOSECONDS.toSeconds(STUCK_NANOS)
                + " s: " + threads + ". If it runs your handler, the handler is still busy or blocked.";
    }

    private long later(long nanos) {
        long at = nanoTime() + Math.max(0, nanos);
        return at < 0 ? Long.MAX_VALUE : at;
    }

    /**
     * Starts a daemon thread for whose work the clock waits. Meant for the test kit.
     *
     * @param name the thread's name
     * @param body what it runs; it waits by {@link Party#await} only
     * @return the party of the thread
     */
    public Party start(String name, Runnable body) {
        Party[] made = new Party[1];
        Thread thread = new Thread(
                () -> {
                    own.set(made[0]);
                    try {
                        body.run();
                    } finally {
                        made[0].leave();
                    }
                },
                name);
        thread.setDaemon(true);
        Party party = new Party(thread);
        made[0] = party;
        // Counts before it runs, so that time cannot pass in between.
        party.enter();
        thread.start();
        return party;
    }

    /** Makes the calling thread a party until it calls {@link Party#leave}, which it must do once for each call. */
    Party enter() {
        Party party = own.get();
        if (party == null) {
            party = new Party(Thread.currentThread());
            own.set(party);
        }
        party.enter();
        return party;
    }

    /** A thread for which the clock waits. */
    public final class Party {
        private final Thread thread;
        private final Condition awake = lock.newCondition();
        private int depth;
        private boolean released;
        private long untilNanos;

        private Party(Thread thread) {
            this.thread = thread;
        }

        private void enter() {
            lock.lock();
            try {
                if (depth++ == 0) running.add(this);
            } finally {
                lock.unlock();
            }
        }

        /** Ends one {@link SharedClock#enter}. */
        void leave() {
            lock.lock();
            try {
                if (--depth > 0) return;
                running.remove(this);
                if (running.isEmpty()) allWait.signalAll();
            } finally {
                lock.unlock();
            }
            own.remove();
        }

        /**
         * Waits, on the party's own thread, until it is released or a time has passed.
         *
         * @param nanos how long to wait at most, by this clock
         * @return true if the party was released, also before this call; false if the time has passed
         * @throws InterruptedException if the thread is interrupted
         */
        public boolean await(long nanos) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                if (!released && nanos > 0) {
                    untilNanos = later(nanos);
                    pause();
                }
                boolean was = released;
                released = false;
                return was;
            } finally {
                lock.unlock();
            }
        }

        private void pause() throws InterruptedException {
            running.remove(this);
            waiting.add(this);
            if (running.isEmpty()) allWait.signalAll();
            try {
                while (waiting.contains(this)) {
                    long leftNanos = untilNanos - nanoTime();
                    if (leftNanos <= 0) return;
                    awake.awaitNanos(leftNanos);
                }
            } finally {
                resume();
            }
        }

        /** Ends the current wait, or the next one. */
        public void release() {
            lock.lock();
            try {
                released = true;
                if (waiting.contains(this)) resume();
            } finally {
                lock.unlock();
            }
        }

        /** Counts as running from now on, also before the thread has noticed. */
        private void resume() {
            if (!waiting.remove(this)) return;
            running.add(this);
            awake.signal();
        }

        /**
         * Interrupts the thread.
         */
        public void interrupt() {
            thread.interrupt();
        }

        /**
         * Returns whether the caller runs on this thread.
         *
         * @return true on the party's own thread
         */
        public boolean isCaller() {
            return Thread.currentThread() == thread;
        }
    }
}
