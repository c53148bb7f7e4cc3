package io.gapless.stream.seam;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * Calls the user's token source, which may hang. Each call has its own thread. A request that needs a token during a
 * call waits for that call, so a source that hangs occupies one thread and not one for each attempt. A call that has
 * not returned after a minute is interrupted, and a second call is made. If the second call hangs, too, no further call
 * is made. Thread-safe; the lock guards the calls.
 */
public final class TokenCalls {
    /** The message for a request that gets no token because the source has not returned. */
    public static final String HANGS =
            "The token source has not returned a token in time. Check what it waits for, such as"
                    + " a server or a lock, and give that a timeout shorter than headerTimeout (20 s by default).";

    private static final long GIVEN_UP_NANOS = Duration.ofSeconds(60).toNanos();
    /**
     * How many calls that follow a refusal of the token may run at a time. The same limit applies to all other calls
     * together.
     */
    private static final int RUNNING_MAX = 2;

    private final Time time;
    private final List<Call> running = new ArrayList<>();
    private boolean closed;

    /** Holds one call of the source that is running. */
    private static final class Call {
        final boolean refused;
        final long beganNanos;
        final CompletableFuture<String> token = new CompletableFuture<>();
        volatile Runnable interrupt = () -> {};

        Call(boolean refused, long beganNanos) {
            this.refused = refused;
            this.beganNanos = beganNanos;
        }
    }

    /**
     * Creates calls of one source.
     *
     * @param time the clocks, which also provide the threads
     */
    public TokenCalls(Time time) {
        this.time = time;
    }

    /**
     * Returns the token of a call that is running, or calls the source.
     *
     * @param refused whether X has refused the last token; a call with a refusal and a call without one never share
     *     their token
     * @param source the source
     * @return what the source returned
     * @throws InterruptedException if the calling thread is interrupted; the call of the source continues
     * @throws Exception what the source threw
     */
    public String call(boolean refused, Callable<String> source) throws Exception {
        try {
            return begun(refused, source).token.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof Error error) throw error;
            if (cause instanceof Exception exception) throw exception;
            throw new AssertionError("neither exception nor error", cause);
        }
    }

    /**
     * Does the same as {@link #call} without waiting.
     *
     * @param refused whether X has refused the last token
     * @param source the source
     * @return completed with what the source returned or threw
     */
    public CompletionStage<String> begin(boolean refused, Callable<String> source) {
        CompletableFuture<String> mine = new CompletableFuture<>();
        try {
            begun(refused, source).token.whenComplete((token, failure) -> {
                if (failure == null) mine.complete(token);
                else mine.completeExceptionally(failure);
            });
        } catch (NoTokenException e) {
            mine.completeExceptionally(e);
        }
        return mine;
    }

    private Call begun(boolean refused, Callable<String> source) throws NoTokenException {
        Call call;
        synchronized (running) {
            if (closed) throw new NoTokenException("The stream is closed, so no token is needed.");
            List<Call> alike =
                    running.stream().filter(other -> other.refused == refused).toList();
            if (!alike.isEmpty()) {
                Call latest = alike.get(alike.size() - 1);
                if (time.nanoTime() - latest.beganNanos < GIVEN_UP_NANOS || alike.size() == RUNNING_MAX) return latest;
                latest.interrupt.run();
            }
            call = new Call(refused, time.nanoTime());
            running.add(call);
        }
        try {
            time.run("gapless-token", () -> run(call, source));
        } catch (OutOfMemoryError e) {
            // The system cannot start another thread, so the call does not run.
            forget(call);
            throw e;
        }
        return call;
    }

    private void forget(Call call) {
        synchronized (running) {
            running.remove(call);
        }
    }

    private void run(Call call, Callable<String> source) {
        Thread thread = Thread.currentThread();
        call.interrupt = thread::interrupt;
        String token = "";
        Throwable failure = null;
        try {
            if (isClosed()) throw new InterruptedException("closed");
            token = source.call();
        } catch (Throwable e) {
            // An Error is caught, too, because other threads wait for the result.
            failure = e;
        }
        forget(call);
        // Nobody interrupts this thread from here on. An earlier interrupt must not affect the stages that complete
        // below.
        Thread.interrupted();
        if (failure == null) call.token.complete(token);
        else call.token.completeExceptionally(failure);
    }

    private boolean isClosed() {
        synchronized (running) {
            return closed;
        }
    }

    /** Interrupts all running calls, and makes no further call. */
    public void close() {
        synchronized (running) {
            closed = true;
            running.forEach(call -> call.interrupt.run());
        }
    }
}
