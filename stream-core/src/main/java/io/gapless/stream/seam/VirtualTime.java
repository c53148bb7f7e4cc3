package io.gapless.stream.seam;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when a test moves it. Workers and alarms run on the caller's thread, ordered by their time, and
 * at the same time in the order in which they were requested. So each run is exactly repeatable. Not thread-safe: one
 * thread owns it and everything that it runs.
 *
 * <p>A handler under test may call {@link #sleep}: everything else continues meanwhile, as it would beside a blocked
 * thread.
 */
public final class VirtualTime implements Time {
    private record Moment(long nanos, long order, Runnable action) implements Comparable<Moment> {
        @Override
        public int compareTo(Moment other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Moment> moments = new PriorityQueue<>();
    private long nowNanos;
    private long orders;
    private Instant wallAtZero;
    private @Nullable VirtualWorker current;

    /**
     * Creates a time that stands still.
     *
     * @param start what the wall clock shows
     */
    public VirtualTime(Instant start) {
        wallAtZero = start;
    }

    @Override
    public Instant instant() {
        return wallAtZero.plusNanos(nowNanos);
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public Worker start(String name, Work work, Consumer<Throwable> died) {
        VirtualWorker worker = new VirtualWorker(work, died);
        worker.wake();
        return worker;
    }

    @Override
    public Alarm after(Duration delay, Runnable action) {
        Moment moment = at(later(TimeUnit.NANOSECONDS.convert(delay)), action);
        return () -> moments.remove(moment);
    }

    /**
     * Lets time pass, and runs what becomes due.
     *
     * @param length how long
     */
    public void advance(Duration length) {
        long until = later(TimeUnit.NANOSECONDS.convert(length));
        while (true) {
            Moment next = moments.peek();
            if (next == null || next.nanos > until) break;
            run(next);
        }
        nowNanos = Math.max(nowNanos, until);
    }

    private void run(Moment next) {
        moments.remove(next);
        nowNanos = Math.max(nowNanos, next.nanos);
        next.action.run();
    }

    /** Runs what is due now. Time does not pass. */
    public void settle() {
        advance(Duration.ZERO);
    }

    /**
     * Blocks the worker that calls it, while time passes for all others.
     *
     * @param length how long
     */
    public void sleep(Duration length) {
        advance(length);
    }

    /**
     * Sets the wall clock forward or back, as an administrator or NTP does. Time does not pass.
     *
     * @param by how far; negative to set it back
     */
    public void jumpWallClock(Duration by) {
        wallAtZero = wallAtZero.plus(by);
    }

    /** A moment too far away to be counted never comes. */
    private long later(long delayNanos) {
        long nanos = nowNanos + Math.max(0, delayNanos);
        return nanos < 0 ? Long.MAX_VALUE : nanos;
    }

    private Moment at(long nanos, Runnable action) {
        Moment moment = new Moment(nanos, orders++, action);
        moments.add(moment);
        return moment;
    }

    /** At most one step is planned at any time; a wake-up during a step plans the next one. */
    private final class VirtualWorker implements Worker {
        private final Work work;
        private final Consumer<Throwable> died;
        private @Nullable Moment planned;
        private boolean stepping;
        private boolean woken;
        private boolean stopped;

        VirtualWorker(Work work, Consumer<Throwable> died) {
            this.work = work;
            this.died = died;
        }

        private void step() {
            VirtualWorker outer = current;
            current = this;
            planned = null;
            stepping = true;
            woken = false;
            long waitNanos;
            try {
                waitNanos = work.step(nowNanos);
            } catch (RuntimeException | Error e) {
                // A thread would have died of it.
                stopped = true;
                died.accept(e);
                throw e;
            } finally {
                stepping = false;
                current = outer;
            }
            if (stopped) return;
            if (woken || waitNanos <= 0) plan(nowNanos);
            else if (waitNanos != Work.UNTIL_WOKEN) plan(later(waitNanos));
        }

        private void plan(long nanos) {
            if (planned != null) {
                if (planned.nanos <= nanos) return;
                moments.remove(planned);
            }
            planned = at(nanos, this::step);
        }

        @Override
        public void wake() {
            woken = true;
            if (!stepping && !stopped) plan(nowNanos);
        }

        @Override
        public void stop() {
            stopped = true;
            if (planned != null) moments.remove(planned);
        }

        @Override
        public void interrupt() {
            // Nothing in virtual time waits in a way that an interrupt could end.
        }

        @Override
        public boolean isCaller() {
            return current == this;
        }

        /** Lets time pass, as far as it must. */
        @Override
        public boolean awaitStopped(Duration atMost) {
            if (isCaller()) return true;
            // A step that sleeps lies below us on the stack: it can't end before we return, so the wait is in vain.
            long until = later(TimeUnit.NANOSECONDS.convert(atMost));
            while (!stopped || stepping) {
                Moment next = moments.peek();
                if (next == null || next.nanos > until) {
                    nowNanos = Math.max(nowNanos, until);
                    return false;
                }
                run(next);
            }
            return true;
        }
    }
}
