package io.gapless.recovery.state;

import io.gapless.recovery.ledger.StateException;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads a state that another process may own, for example from the command line, and leaves requests for the owner. If
 * no process owns the state, a request waits for the next owner. Thread-safe.
 */
public interface StateClient extends StateReader {
    /** How many requests may wait for an answer. */
    int REQUESTS_MAX = 100;

    /**
     * Returns the process that owns the state. This check may delay an owner that starts at the same time by a fraction
     * of a second.
     *
     * @return who owns the state, such as {@code process 1234}; empty if no process does
     * @throws StateException if the owner cannot be read
     */
    Optional<String> owner();

    /**
     * Leaves a request for the owner.
     *
     * @param kind what the owner is to do
     * @param arguments the arguments, as JSON
     * @return the request's number
     * @throws StateException {@code UNWRITABLE} if the request cannot be written, or if 100 requests wait already
     */
    long request(StoreRequest.Kind kind, String arguments);

    /**
     * Waits for the owner's answer to a request, and returns it.
     *
     * @param id the request's number
     * @param wait how long to wait; zero does not wait
     * @return the answer; empty if there is no answer yet
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    Optional<RequestAnswer> answer(long id, Duration wait) throws InterruptedException;
}
