package io.gapless.recovery.state;

import java.time.Duration;
import java.util.Optional;

/** A state that several processes share, of which one at a time holds the lease. Thread-safe. */
public interface LeasedState {
    /**
     * Takes the state if no other process holds it.
     *
     * @return the store, which holds the lease until it is closed; empty if another process holds it
     * @throws io.gapless.recovery.ledger.StateException {@code UNWRITABLE} if the state cannot be reached now; any
     *     other reason if a person must change something
     */
    Optional<StateStore> take();

    /**
     * Returns how long to wait after {@link #take} before the next try.
     *
     * @return a tenth of the lease, and a tenth of a second at most, so that a host that is closed is followed at once;
     *     less if the holder's lease runs out before
     */
    Duration tryEvery();

    /**
     * Returns the name of the stream.
     *
     * @return the name
     */
    String stream();

    /**
     * Opens the state for reading and for requests, whether or not a process holds the lease.
     *
     * @return the client
     * @throws io.gapless.recovery.ledger.StateException if the state cannot be read
     */
    LeasedClient client();

    /** Closes what {@link #take} keeps open from one try to the next. A store that was taken stays open. */
    default void close() {}
}
