package io.gapless.stream.seam;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when a test moves it. Workers and alarms run on the caller's thread, ordered by the time at
 * which they are due. Those that are due at the same time run in the order in which they were requested. So each run is
 * exactly repeatable. Not thread-safe: one thread owns it and everything that it runs.
 *
 * <p>A handler under test may call {@link #sleep}. During this sleep, all other workers and alarms run when they become
 * due, as they would while a real thread is blocked.
 */
public final class VirtualTime implements Time {
    private record ScheduledAction(long nanos, long order, Runnable action) implements Comparable<ScheduledAction> {
        @Override
        public int compareTo(ScheduledAction other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<ScheduledAction> queue = new PriorityQueue<>();
    private long nowNanos;
    private long orders;
    private Instant wallAtZero;
    private @Nullable VirtualWorker current;

    /**
     * Creates a virtual time. The time stands still until a test moves it.
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
        ScheduledAction scheduled = at(later(TimeUnit.NANOSECONDS.convert(delay)), action);
        return () -> queue.remove(scheduled);
    }

    @Override
    public void run(String name, Runnable code) {
        code.run();
    }

    @Override
    public boolean await(BooleanSupplier condition, Duration atMost) {
        long until = later(TimeUnit.NANOSECONDS.convert(atMost));
        while (!condition.getAsBoolean()) {
            ScheduledAction next = queue.peek();
            if (next == null || next.nanos > until) {
                nowNanos = Math.max(nowNanos, until);
                return false;
            }
            run(next);
        }
        return true;
    }

    /**
     * Lets time pass, and runs the workers and alarms that become due.
     *
     * @param length how much time passes
     */
    public void advance(Duration length) {
        long until = later(TimeUnit.NANOSECONDS.convert(length));
        while (true) {
            ScheduledAction next = queue.peek();
            if (next == null || next.nanos > until) break;
            run(next);
        }
        nowNanos = Math.max(nowNanos, until);
    }

    private void run(ScheduledAction next) {
        queue.remove(next);
        nowNanos = Math.max(nowNanos, next.nanos);
        VirtualWorker blocked = current;
        // The worker that sleeps or waits is further down the stack. The action below belongs to another worker or to
        // an alarm.
        current = null;
        try {
            next.action.run();
        } finally {
            current = blocked;
        }
    }

    /** Runs all workers and alarms that are due now. Time does not pass. */
    public void settle() {
        advance(Duration.ZERO);
    }

    /**
     * Lets time pass while the calling worker is blocked. All other workers and alarms run when they become due.
     *
     * @param length how much time passes
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

    /** Returns the time at the end of a delay. If a delay is too long for a {@code long}, its end is never reached. */
    private long later(long delayNanos) {
        long nanos = nowNanos + Math.max(0, delayNanos);
        return nanos < 0 ? Long.MAX_VALUE : nanos;
    }

    private ScheduledAction at(long nanos, Runnable action) {
        ScheduledAction scheduled = new ScheduledAction(nanos, orders++, action);
        queue.add(scheduled);
        return scheduled;
    }

    /**
     * Runs a work in virtual time. At most one step is scheduled at any time; a wake-up during a step schedules the
     * next one.
     */
    private final class VirtualWorker implements Worker {
        private final Work work;
        private final Consumer<Throwable> died;
        private @Nullable ScheduledAction planned;
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
                // On a real thread, the exception would have ended the worker.
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
                queue.remove(planned);
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
            if (planned != null) queue.remove(planned);
        }

        @Override
        public void interrupt() {
            // In virtual time, no wait can be interrupted.
        }

        @Override
        public boolean isCaller() {
            return current == this;
        }

        /** Lets time pass until the last step has ended, but not longer than {@code atMost}. */
        @Override
        public boolean awaitStopped(Duration atMost) {
            if (isCaller()) return true;
            // If a step of this worker sleeps further down the stack, it cannot end before this method returns, and the
            // wait lasts for the whole of atMost.
            long until = later(TimeUnit.NANOSECONDS.convert(atMost));
            // A due step of this worker runs first. Otherwise another worker's step could sleep below it on the stack,
            // and this worker could not wait for that step to end.
            if (planned != null && planned.nanos <= nowNanos) run(planned);
            while (!stopped || stepping) {
                ScheduledAction next = queue.peek();
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
