package io.gapless.stream.seam;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemTimeTest {
    private static final Duration GENEROUS = Duration.ofSeconds(10);

    private final Time time = Seams.system().time();
    private final AtomicReference<Worker> started = new AtomicReference<>();
    private final CompletableFuture<Throwable> died = new CompletableFuture<>();

    private Worker start(Work work) {
        Worker worker = time.start("system-time-test", work, died::complete);
        started.set(worker);
        return worker;
    }

    @AfterEach
    void stop() throws InterruptedException {
        Worker worker = started.get();
        if (worker == null) return;
        worker.stop();
        assertThat(worker.awaitStopped(GENEROUS)).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theFirstStepComesAtOnceAndTheNextOnlyWhenWoken() throws Exception {
        Semaphore steps = new Semaphore(0);
        Worker worker = start(now -> {
            steps.release();
            return Work.UNTIL_WOKEN;
        });
        assertThat(steps.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        assertThat(steps.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
        worker.wake();
        assertThat(steps.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        assertThat(steps.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
    }

    @Test
    void aStepComesNotBeforeItsTime() {
        AtomicLong first = new AtomicLong();
        CompletableFuture<Long> second = new CompletableFuture<>();
        start(now -> {
            if (first.compareAndSet(0, now)) return TimeUnit.MILLISECONDS.toNanos(20);
            second.complete(now);
            return Work.UNTIL_WOKEN;
        });
        long later = second.orTimeout(10, TimeUnit.SECONDS).join();
        assertThat(later - first.get()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    }

    @Test
    void aWakeUpDuringAStepMakesAnotherStepFollow() {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch woken = new CountDownLatch(1);
        CountDownLatch twice = new CountDownLatch(2);
        Worker worker = start(now -> {
            inside.countDown();
            await(woken);
            twice.countDown();
            return Work.UNTIL_WOKEN;
        });
        await(inside);
        worker.wake();
        woken.countDown();
        await(twice);
    }

    /** The mailbox's promise: who posts and then wakes can go away; no post stays lying there. */
    @Test
    void noWakeUpIsLost() throws Exception {
        AtomicInteger posted = new AtomicInteger();
        Semaphore empty = new Semaphore(0);
        Worker worker = start(now -> {
            if (posted.getAndSet(0) > 0) empty.release();
            return Work.UNTIL_WOKEN;
        });
        for (int i = 0; i < 20_000; i++) {
            posted.set(1);
            worker.wake();
            assertThat(empty.tryAcquire(10, TimeUnit.SECONDS))
                    .as("post %d was taken", i)
                    .isTrue();
        }
    }

    @Test
    void noWakeUpOfManyWakersIsLost() throws Exception {
        int each = 20_000;
        AtomicInteger posted = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(1);
        Worker worker = start(now -> {
            if (taken.addAndGet(posted.getAndSet(0)) == 3 * each) all.countDown();
            return Work.UNTIL_WOKEN;
        });
        Thread[] wakers = new Thread[3];
        for (int n = 0; n < wakers.length; n++) {
            wakers[n] = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    posted.incrementAndGet();
                    worker.wake();
                }
            });
            wakers[n].start();
        }
        for (Thread waker : wakers) waker.join(10_000);
        await(all);
    }

    @Test
    void afterAStopNoStepComes() throws Exception {
        AtomicInteger steps = new AtomicInteger();
        Worker worker = start(now -> {
            steps.incrementAndGet();
            return 1;
        });
        worker.stop();
        assertThat(worker.awaitStopped(GENEROUS)).isTrue();
        int atStop = steps.get();
        worker.wake();
        assertThat(worker.awaitStopped(GENEROUS)).isTrue();
        assertThat(steps).hasValue(atStop);
    }

    @Test
    void aStepThatNeverEndsIsNotAwaitedForEver() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Worker worker = start(now -> {
            inside.countDown();
            await(release);
            return Work.UNTIL_WOKEN;
        });
        await(inside);
        worker.stop();
        assertThat(worker.awaitStopped(Duration.ofMillis(10))).isFalse();
        release.countDown();
        assertThat(worker.awaitStopped(GENEROUS)).isTrue();
    }

    @Test
    void aWorkThatAwaitsItsOwnEndIsNotKeptWaiting() throws Exception {
        AtomicReference<Worker> self = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        self.set(start(now -> {
            await(known);
            try {
                answer.complete(self.get().awaitStopped(Duration.ofDays(1)));
            } catch (InterruptedException e) {
                answer.completeExceptionally(e);
            }
            return Work.UNTIL_WOKEN;
        }));
        known.countDown();
        assertThat(answer.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
    }

    @Test
    void anInterruptEndsBlockingCodeInsideAStep() {
        CountDownLatch inside = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Worker worker = start(now -> {
            if (interrupted.isDone()) return Work.UNTIL_WOKEN;
            try {
                inside.countDown();
                new CountDownLatch(1).await(10, TimeUnit.SECONDS);
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
            return Work.UNTIL_WOKEN;
        });
        await(inside);
        worker.interrupt();
        assertThat(interrupted.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
    }

    @Test
    void anInterruptBetweenStepsNeitherStepsNorSpins() throws Exception {
        AtomicInteger steps = new AtomicInteger();
        AtomicReference<Thread> thread = new AtomicReference<>();
        CountDownLatch stepped = new CountDownLatch(1);
        AtomicBoolean flagSeen = new AtomicBoolean();
        Worker worker = start(now -> {
            thread.set(Thread.currentThread());
            flagSeen.set(Thread.currentThread().isInterrupted());
            steps.incrementAndGet();
            stepped.countDown();
            return Work.UNTIL_WOKEN;
        });
        await(stepped);
        awaitParked(thread.get());
        worker.interrupt();
        awaitParked(thread.get());
        assertThat(steps).hasValue(1);
        assertThat(thread.get().isInterrupted()).isFalse();
        assertThat(flagSeen).isFalse();
    }

    private static void awaitParked(Thread thread) {
        long until = System.nanoTime() + GENEROUS.toNanos();
        while (thread.isInterrupted() || thread.getState() != Thread.State.WAITING) {
            if (thread.getState() == Thread.State.TIMED_WAITING && !thread.isInterrupted()) return;
            assertThat(System.nanoTime()).as("deadline").isLessThan(until);
            Thread.onSpinWait();
        }
    }

    @Test
    void aWorkerWhoseStepFailsHasSaidSoAndStopped() throws Exception {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        Worker worker = start(now -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> told.complete(failure));
            throw new IllegalStateException("on purpose");
        });
        assertThat(worker.awaitStopped(GENEROUS)).isTrue();
        assertThat(died).isCompletedWithValueMatching(cause -> "on purpose".equals(cause.getMessage()));
        assertThat(told.orTimeout(10, TimeUnit.SECONDS).join()).hasMessage("on purpose");
    }

    @Test
    void anAlarmRunsOnceAndNotBeforeItsTime() {
        CompletableFuture<Long> rang = new CompletableFuture<>();
        long set = time.nanoTime();
        time.after(Duration.ofMillis(20), () -> rang.complete(time.nanoTime()));
        assertThat(rang.orTimeout(10, TimeUnit.SECONDS).join() - set)
                .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    }

    @Test
    void anAlarmThatWasCalledOffDoesNotRun() {
        AtomicBoolean rang = new AtomicBoolean();
        CountDownLatch later = new CountDownLatch(1);
        Time.Alarm alarm = time.after(Duration.ofMillis(30), () -> rang.set(true));
        alarm.cancel();
        alarm.cancel();
        time.after(Duration.ofMillis(60), later::countDown);
        await(later);
        assertThat(rang).isFalse();
    }

    @Test
    void anAlarmThatFailsIsHeardOfAndDoesNotStopTheNext() {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        CountDownLatch next = new CountDownLatch(1);
        time.after(Duration.ZERO, () -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> told.complete(failure));
            throw new IllegalStateException("on purpose");
        });
        time.after(Duration.ofMillis(1), () -> {
            Thread.currentThread().setUncaughtExceptionHandler(null);
            next.countDown();
        });
        await(next);
        assertThat(told.orTimeout(10, TimeUnit.SECONDS).join()).hasMessage("on purpose");
    }

    @Test
    void whoAwaitsAConditionSeesItAsSoonAsAnotherThreadHasMadeItHold() throws Exception {
        AtomicBoolean holds = new AtomicBoolean();
        time.after(Duration.ofMillis(30), () -> holds.set(true));

        assertThat(time.await(holds::get, GENEROUS)).isTrue();
        assertThat(time.await(() -> false, Duration.ofMillis(20))).isFalse();
    }
}
