package io.gapless.stream.seam;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** The machine's clocks. Worker threads live from {@code start} to {@code stop}; the one alarm thread goes when idle. */
final class SystemTime implements Time {
    static final SystemTime INSTANCE = new SystemTime();

    private final ScheduledThreadPoolExecutor alarms;

    private SystemTime() {
        alarms = new ScheduledThreadPoolExecutor(1, action -> daemon("gapless-alarms", action));
        alarms.setRemoveOnCancelPolicy(true);
        alarms.setKeepAliveTime(10, TimeUnit.SECONDS);
        alarms.allowCoreThreadTimeOut(true);
    }

    @Override
    public Instant instant() {
        return Instant.now();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Worker start(String name, Work work, Consumer<Throwable> died) {
        ThreadWorker worker = new ThreadWorker(name, work, died);
        worker.thread.start();
        return worker;
    }

    @Override
    public Alarm after(Duration delay, Runnable action) {
        Future<?> pending =
                alarms.schedule(() -> runLoudly(action), TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
        return () -> pending.cancel(false);
    }

    /** The executor would keep a failure to itself. */
    private static void runLoudly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    private static Thread daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }

    /** The loop around one work. {@code woken} and {@code stopped} are written by anyone, read by the thread. */
    private static final class ThreadWorker implements Worker {
        private final Work work;
        private final Consumer<Throwable> died;
        private final Thread thread;
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile boolean woken;
        private volatile boolean stopped;

        ThreadWorker(String name, Work work, Consumer<Throwable> died) {
            this.work = work;
            this.died = died;
            this.thread = daemon(name, this::loop);
        }

        private void loop() {
            try {
                while (!stopped) {
                    woken = false;
                    long waitNanos = work.step(System.nanoTime());
                    if (waitNanos > 0) park(waitNanos);
                }
            } catch (RuntimeException | Error e) {
                died.accept(e);
                throw e;
            } finally {
                ended.countDown();
            }
        }

        private void park(long waitNanos) {
            long from = System.nanoTime();
            long rest = waitNanos;
            while (rest > 0 && !woken && !stopped) {
                LockSupport.parkNanos(this, rest);
                // An interrupt meant for user code must not turn the parking into a spin.
                Thread.interrupted();
                rest = waitNanos == Work.UNTIL_WOKEN ? waitNanos : waitNanos - (System.nanoTime() - from);
            }
        }

        @Override
        public void wake() {
            if (woken) return;
            woken = true;
            LockSupport.unpark(thread);
        }

        @Override
        public void stop() {
            stopped = true;
            LockSupport.unpark(thread);
        }

        @Override
        public void interrupt() {
            thread.interrupt();
        }

        @Override
        public boolean isCaller() {
            return Thread.currentThread() == thread;
        }

        @Override
        public boolean awaitStopped(Duration atMost) throws InterruptedException {
            if (isCaller()) return true;
            return ended.await(TimeUnit.NANOSECONDS.convert(atMost), TimeUnit.NANOSECONDS);
        }
    }
}
