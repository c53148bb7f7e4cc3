package io.gapless.stream.seam;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Provides the clocks and threads of this machine. Each worker has a thread from {@code start} to {@code stop}. A
 * single thread runs all alarms, and ends after 10 s without work.
 */
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
                alarms.schedule(() -> runAndReport(action), TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
        return () -> pending.cancel(false);
    }

    /** Runs an action and reports its failure, which the executor would swallow. */
    private static void runAndReport(Runnable action) {
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

    /** Runs the steps of one work on its own thread. Any thread writes {@code woken} and {@code stopped}. */
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
                    // Clears an interrupt that user code may have left behind. It would close the next file channel
                    // that this thread uses.
                    Thread.interrupted();
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
                // Clears an interrupt that was meant for user code. It would turn this wait into a busy loop.
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
