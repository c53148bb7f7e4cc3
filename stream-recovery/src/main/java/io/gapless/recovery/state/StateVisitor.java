package io.gapless.recovery.state;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Another process, such as the command line, beside the owner: it reads while the owner works, and what it wants to be
 * done it leaves as a request. A request waits for the next owner if there is none. Thread-safe.
 */
public interface StateVisitor extends StateReader {
    /**
     * Whether a process owns the state now. One that starts at this very moment may have to wait for its lock a little.
     *
     * @return the owner's process id; empty if there is none
     * @throws StateException if that cannot be told
     */
    OptionalLong owner();

    /**
     * Asks the owner to do something.
     *
     * @param kind what to do
     * @param arguments the rest, as JSON
     * @return the request's number
     * @throws StateException {@code UNWRITABLE} if the request cannot be written, or if 100 wait already
     */
    long request(StoreRequest.Kind kind, String arguments);

    /**
     * What the owner answered.
     *
     * @param id the request's number
     * @param wait how long to wait for it; zero only looks
     * @return empty if there is no answer yet
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    Optional<RequestAnswer> answer(long id, Duration wait) throws InterruptedException;
}
