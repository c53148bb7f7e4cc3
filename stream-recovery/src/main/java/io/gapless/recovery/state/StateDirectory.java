package io.gapless.recovery.state;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.storage.OwnerLock;
import io.gapless.recovery.storage.SqliteFile;
import io.gapless.stream.seam.Time;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Opens the state of a stream: a directory that one process owns and any process may read.
 *
 * <pre>
 *  gapless.db       an SQLite database: frontier, gaps, ids, dead letters
 *  gapless.db-wal   the latest commits; belongs to gapless.db, and must be copied with it
 *  gapless.db-shm   the index of gapless.db-wal, shared by the owner and readers
 *  gapless.lock     locked while a process owns the directory; holds its process id
 * </pre>
 *
 * <p>The files are created for this user only (0600, the directory 0700). A commit is on the disk when it returns.
 */
public final class StateDirectory {
    private StateDirectory() {}

    /**
     * Opens the state as its owner. In a new or empty directory, it creates an empty state. A state that is damaged or
     * was written by a newer version is refused and not changed.
     *
     * @param directory the state directory, which is created if it does not exist
     * @param lockWait how long to wait until another owner releases the directory; zero does not wait; in virtual time
     *     only zero can be used
     * @param time the clocks
     * @return the store; close it to release the directory
     * @throws StateException {@code IN_USE}, {@code DAMAGED}, {@code NEWER} or {@code UNWRITABLE}; after a failure,
     *     nothing stays open
     */
    public static StateStore open(Path directory, Duration lockWait, Time time) {
        OwnerLock lock = OwnerLock.of(Database.KIND, directory, lockWait, time);
        StateStore store = new SqliteStateStore(lock, time);
        boolean whole = false;
        try {
            lock.file().createAndCheck();
            store.remembered();
            whole = true;
            return store;
        } finally {
            if (!whole) store.close();
        }
    }

    /**
     * Opens the state for reading and for requests, whether or not a process owns it. Opening changes nothing.
     *
     * @param directory the state directory
     * @param time the clocks
     * @return the client
     * @throws StateException {@code ABSENT}, {@code DAMAGED}, {@code NEWER} or {@code UNWRITABLE}; while a process has
     *     the state open, SQLite must write to the directory even to read
     */
    public static StateClient client(Path directory, Time time) {
        SqliteFile file = Database.in(directory);
        if (!file.exists()) throw file.failures().absent();
        SqliteStateClient client = new SqliteStateClient(file, time);
        boolean whole = false;
        try {
            client.deadLetterCount();
            whole = true;
            return client;
        } finally {
            if (!whole) client.close();
        }
    }
}
