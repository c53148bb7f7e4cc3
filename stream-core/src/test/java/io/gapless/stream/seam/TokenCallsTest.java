package io.gapless.stream.seam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A source that hangs, and those who need its token. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TokenCallsTest {
    /** Passes when a test says so; its threads are real. */
    private static final class SteppedTime implements Time {
        private volatile long nanos;

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(nanos);
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public Worker start(String name, Work work, Consumer<Throwable> died) {
            throw new AssertionError("no worker is needed");
        }

        @Override
        public Alarm after(Duration delay, Runnable action) {
            throw new AssertionError("no alarm is needed");
        }

        void pass(Duration length) {
            nanos += length.toNanos();
        }
    }

    private final SteppedTime time = new SteppedTime();
    private final TokenCalls calls = new TokenCalls(time);
    /** Each call of the source, as long as it runs. */
    private final Queue<CompletableFuture<String>> asked = new ConcurrentLinkedQueue<>();

    @AfterEach
    void release() {
        asked.forEach(call -> call.complete(""));
    }

    /** Hangs until it is answered, whatever interrupts it. */
    private String source() throws ExecutionException {
        CompletableFuture<String> answer = new CompletableFuture<>();
        asked.add(answer);
        while (true) {
            try {
                return answer.get();
            } catch (InterruptedException e) {
                // As code that does not care.
            }
        }
    }

    private FutureTask<String> ask(boolean refused, int askedAfterwards) {
        FutureTask<String> waiting = new FutureTask<>(() -> calls.call(refused, this::source));
        Thread thread = new Thread(waiting, "needs a token");
        thread.setDaemon(true);
        thread.start();
        while (thread.getState() != Thread.State.WAITING || asked.size() < askedAfterwards) Thread.onSpinWait();
        assertThat(asked).hasSize(askedAfterwards);
        return waiting;
    }

    private static String token(FutureTask<String> waiting) throws Exception {
        return waiting.get(30, TimeUnit.SECONDS);
    }

    @Test
    void whoeverNeedsATokenWaitsForTheCallThatRuns() throws Exception {
        FutureTask<String> first = ask(false, 1);
        FutureTask<String> second = ask(false, 1);
        asked.element().complete("t");

        assertThat(token(first)).isEqualTo("t");
        assertThat(token(second)).isEqualTo("t");
        // What has returned is not used again.
        FutureTask<String> third = ask(false, 2);
        asked.forEach(call -> call.complete("u"));
        assertThat(token(third)).isEqualTo("u");
    }

    @Test
    void whoeverMustNotWaitIsGivenWhatTheCallReturnsOrThrowsOnceItHas() throws Exception {
        CompletableFuture<String> first = calls.begin(false, this::source).toCompletableFuture();
        FutureTask<String> second = ask(false, 1);
        assertThat(first).isNotDone();
        asked.element().complete("t");

        assertThat(token(second)).isEqualTo("t");
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("t");

        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        NoTokenException why = new NoTokenException("on purpose");
        calls.begin(true, () -> {
                    throw why;
                })
                .whenComplete((token, failure) -> thrown.complete(failure));
        assertThat(thrown.get(30, TimeUnit.SECONDS)).isSameAs(why);
    }

    @Test
    void aCallAfterARefusalIsNotAnsweredByOneBeforeIt() throws Exception {
        FutureTask<String> before = ask(false, 1);
        FutureTask<String> after = ask(true, 2);
        List<CompletableFuture<String>> both = List.copyOf(asked);
        both.get(1).complete("new");

        assertThat(token(after)).isEqualTo("new");
        assertThat(before).isNotDone();
        both.get(0).complete("old");
        assertThat(token(before)).isEqualTo("old");
    }

    @Test
    void aCallThatHangsForAMinuteIsMadeAgainOnceAndThenNoMore() throws Exception {
        ask(false, 1);
        time.pass(Duration.ofSeconds(59));
        ask(false, 1);
        time.pass(Duration.ofSeconds(1));
        FutureTask<String> anew = ask(false, 2);
        for (int minutes = 0; minutes < 100; minutes++) {
            time.pass(Duration.ofMinutes(1));
            if (minutes % 10 == 0) ask(false, 2);
        }
        List.copyOf(asked).get(1).complete("t");

        assertThat(token(anew)).isEqualTo("t");
        // The first one hangs still, so that there is room for one again.
        ask(false, 3);
    }

    @Test
    void whatTheSourceThrowsIsThrownToAllWhoWait() {
        Error error = new StackOverflowError("on purpose");

        assertThatThrownBy(() -> calls.call(false, () -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    void anInterruptEndsTheWaitAndNotTheCall() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread needs = new Thread(() -> {
            try {
                calls.call(false, this::source);
            } catch (Exception e) {
                thrown.set(e);
            }
        });
        needs.start();
        while (needs.getState() != Thread.State.WAITING) Thread.onSpinWait();
        needs.interrupt();
        needs.join();

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        FutureTask<String> next = ask(false, 1);
        asked.element().complete("t");
        assertThat(token(next)).isEqualTo("t");
    }

    @Test
    void whatIsClosedInterruptsItsCallsAndMakesNone() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Executors.newSingleThreadExecutor(TokenCallsTest::daemon).execute(() -> {
            try {
                calls.call(false, () -> {
                    asked.add(new CompletableFuture<>());
                    try {
                        return new CompletableFuture<String>().get();
                    } catch (InterruptedException e) {
                        interrupted.complete(true);
                        throw e;
                    }
                });
            } catch (Exception e) {
                // It has no token.
            }
        });
        while (asked.isEmpty()) Thread.onSpinWait();
        calls.close();

        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> calls.call(false, () -> "t")).isInstanceOf(NoTokenException.class);
    }

    private static Thread daemon(Runnable body) {
        Thread thread = new Thread(body);
        thread.setDaemon(true);
        return thread;
    }
}
