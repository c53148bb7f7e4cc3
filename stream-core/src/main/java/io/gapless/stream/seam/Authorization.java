package io.gapless.stream.seam;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;

/** Supplies the value of a request's Authorization header, with or without blocking until it is known. Thread-safe. */
public interface Authorization extends Callable<String> {
    /**
     * Starts to fetch the value and returns at once, for a transport without a thread per exchange.
     *
     * @return a stage that completes with the value, blank if there is no token; or fails with the exception of the
     *     token source
     */
    CompletionStage<String> begin();
}
