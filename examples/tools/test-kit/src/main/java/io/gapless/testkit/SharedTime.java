package io.gapless.testkit;

import io.gapless.emulator.SharedClock;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the workers and timers of a stream on threads for which a {@link SharedClock} waits. Owns the timers that are not
 * due yet. Thread-safe.
 */
final class SharedTime implements Time {
    /** How long the thread of the timers lives without one. */
    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final SharedClock clock;
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long timersMade;
    private SharedClock.@Nullable Party timing;

    private record Timer(long nanos, long order, Runnable action) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    SharedTime(SharedClock clock) {
        this.clock = clock;
    }

    @Override
    public Instant instant() {
        return clock.instant();
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    @Override
    public Worker start(String name, Work work, Consumer<Throwable> died) {
        return new ClockWorker(name, work, died);
    }

    @Override
    public void run(String name, Runnable code) {
        clock.start(name, code);
    }

    @Override
    public boolean await(BooleanSupplier condition, Duration atMost) throws InterruptedException {
        return clock.passUntil(condition, atMost);
    }

    @Override
    public synchronized Alarm after(Duration delay, Runnable action) {
        long nanos = later(TimeUnit.NANOSECONDS.convert(delay));
        Timer timer = new Timer(nanos, timersMade++, action);
        timers.add(timer);
        if (timing == null) timing = clock.start("gapless-alarms", this::ring);
        else if (timers.peek() == timer) timing.release();
        return () -> cancel(timer);
    }

    private long later(long nanos) {
        long at = clock.nanoTime() + Math.max(0, nanos);
        return at < 0 ? Long.MAX_VALUE : at;
    }

    private synchronized void cancel(Timer timer) {
        timers.remove(timer);
    }

    private void ring() {
        while (true) {
            SharedClock.Party own;
            long waitNanos;
            Runnable due = null;
            synchronized (this) {
                own = timing;
                Timer next = timers.peek();
                waitNanos = next == null ? IDLE_NANOS : next.nanos() - clock.nanoTime();
                if (next != null && waitNanos <= 0) due = timers.remove().action();
            }
            if (due != null) {
                run(due);
            } else if (own == null || !awaited(own, waitNanos) && isOver()) {
                return;
            }
        }
    }

    /** Ends the thread of the timers, unless there is one again. */
    private synchronized boolean isOver() {
        if (!timers.isEmpty()) return false;
        timing = null;
        return true;
    }

    /** Runs the action of a timer, and reports its failure without ending the thread. */
    private static void run(Runnable due) {
        try {
            due.run();
        } catch (RuntimeException | Error e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    /** Waits, whatever interrupts the thread: an interrupt is meant for code that has run before. */
    private static boolean awaited(SharedClock.Party own, long nanos) {
        try {
            return own.await(nanos);
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Runs the steps of one work on its own thread. Any thread writes {@code stopped}. */
    private final class ClockWorker implements Worker {
        private final Work work;
        private final Consumer<Throwable> died;
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private final SharedClock.Party party;
        private volatile boolean stopped;

        ClockWorker(String name, Work work, Consumer<Throwable> died) {
            this.work = work;
            this.died = died;
            this.party = clock.start(name, this::loop);
            begun.countDown();
        }

        private void loop() {
            try {
                begun.await();
                while (!stopped) {
                    // An interrupt that user code has left behind would close the next file channel that is used here.
                    Thread.interrupted();
                    long waitNanos = work.step(clock.nanoTime());
                    if (waitNanos > 0 && !stopped) awaited(party, waitNanos);
                }
            } catch (RuntimeException | Error e) {
                died.accept(e);
                throw e;
            } catch (InterruptedException e) {
                // Nobody interrupts this thread before it has begun.
                Thread.currentThread().interrupt();
            } finally {
                ended.countDown();
            }
        }

        @Override
        public void wake() {
            party.release();
        }

        @Override
        public void stop() {
            stopped = true;
            party.release();
        }

        @Override
        public void interrupt() {
            party.interrupt();
        }

        @Override
        public boolean isCaller() {
            return party.isCaller();
        }

        @Override
        public boolean awaitStopped(Duration atMost) throws InterruptedException {
            if (isCaller()) return true;
            return ended.await(TimeUnit.NANOSECONDS.convert(atMost), TimeUnit.NANOSECONDS);
        }
    }
}
