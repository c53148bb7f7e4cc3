package io.gapless.stream.seam;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Holds the futures that callers on other threads wait for. Each future completes: with its result, or with a failure
 * when the stream ends. Thread-safe: its lock guards all fields.
 */
public final class Promises {
    private final Set<CompletableFuture<?>> open = new HashSet<>();
    private @Nullable IllegalStateException ended;

    /** Creates an empty set of futures. */
    public Promises() {}

    /**
     * Returns a future that completes at the end of the stream at the latest. If the stream has ended, it fails at
     * once.
     *
     * @param <T> the type of the result
     * @return the future, to be completed by the caller
     */
    public <T> CompletableFuture<T> make() {
        CompletableFuture<T> promise = new CompletableFuture<>();
        IllegalStateException why = add(promise);
        if (why != null) promise.completeExceptionally(why);
        else promise.whenComplete((value, failed) -> remove(promise));
        return promise;
    }

    private synchronized @Nullable IllegalStateException add(CompletableFuture<?> promise) {
        if (ended == null) open.add(promise);
        return ended;
    }

    private synchronized void remove(CompletableFuture<?> promise) {
        open.remove(promise);
    }

    /**
     * Fails all futures that still wait, and every future that is made later.
     *
     * @param why the failure, with words for the caller
     */
    public void end(IllegalStateException why) {
        endAll(why).forEach(promise -> promise.completeExceptionally(why));
    }

    private synchronized List<CompletableFuture<?>> endAll(IllegalStateException why) {
        if (ended == null) ended = why;
        List<CompletableFuture<?>> waiting = new ArrayList<>(open);
        open.clear();
        return waiting;
    }

    /**
     * Returns why a future failed, without the {@link CompletionException} around the cause.
     *
     * @param failed the failure that a continuation received
     * @return the cause
     */
    public static Throwable cause(Throwable failed) {
        return failed instanceof CompletionException e && e.getCause() != null ? e.getCause() : failed;
    }
}
