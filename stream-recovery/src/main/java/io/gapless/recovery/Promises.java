package io.gapless.recovery;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Futures that callers of other threads hold: each is completed, by what they wait for or by the end of the stream.
 * Thread-safe: its lock guards all.
 */
final class Promises {
    private final Set<CompletableFuture<?>> open = new HashSet<>();
    private @Nullable IllegalStateException ended;

    /** A future that is completed at the end at the latest; at once, if that has come. */
    <T> CompletableFuture<T> make() {
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

    /** Nothing is done any more: whoever waits is told why. */
    void end(IllegalStateException why) {
        endAll(why).forEach(promise -> promise.completeExceptionally(why));
    }

    private synchronized List<CompletableFuture<?>> endAll(IllegalStateException why) {
        if (ended == null) ended = why;
        List<CompletableFuture<?>> waiting = new ArrayList<>(open);
        open.clear();
        return waiting;
    }

    /** What a call failed with, without what its future wrapped around it. */
    static Throwable cause(Throwable failed) {
        return failed instanceof CompletionException e && e.getCause() != null ? e.getCause() : failed;
    }
}
