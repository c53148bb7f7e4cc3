package io.gapless.recovery.state;

import io.gapless.recovery.state.StateException.Reason;
import java.nio.file.Path;
import java.sql.SQLDataException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/** Failures below, in words that say what to change. */
final class Trouble {
    private Trouble() {}

    /** Sorts a failure of SQLite by what helps against it. */
    static StateException of(Path directory, SQLException e) {
        if (e instanceof SQLDataException) return damaged(directory, String.valueOf(e.getMessage()), e);
        if (!(e instanceof SQLiteException sqlite))
            return new StateException(
                    Reason.UNWRITABLE,
                    "The state in " + directory + " cannot be opened: " + e.getMessage()
                            + ". SQLite's native library is unpacked to the temporary directory; if that one is full or"
                            + " not executable, name another in the system property org.sqlite.tmpdir.",
                    e);
        switch (sqlite.getResultCode()) {
            case SQLITE_NOTADB:
            case SQLITE_ERROR:
            case SQLITE_MISMATCH:
            case SQLITE_CORRUPT:
            case SQLITE_CORRUPT_INDEX:
            case SQLITE_CORRUPT_SEQUENCE:
            case SQLITE_CORRUPT_VTAB:
            case SQLITE_IOERR_CORRUPTFS:
            case SQLITE_IOERR_SHORT_READ:
                return damaged(directory, String.valueOf(e.getMessage()), e);
            case SQLITE_BUSY:
            case SQLITE_BUSY_RECOVERY:
            case SQLITE_BUSY_SNAPSHOT:
            case SQLITE_LOCKED:
                return new StateException(
                        Reason.UNWRITABLE,
                        "The state in " + directory + " is held by another program: " + e.getMessage()
                                + " Close whatever has gapless.db open for writing, such as a database browser.",
                        e);
            default:
                return unwritable(directory, String.valueOf(e.getMessage()), e);
        }
    }

    static StateException damaged(Path directory, String what, @Nullable Throwable cause) {
        return new StateException(
                Reason.DAMAGED,
                "The state in " + directory + " is damaged: " + what
                        + ". It was left as it is. Put back a copy of it, or move the directory away and begin with an"
                        + " empty one: the ledger, the dead letters and the open gaps are then no longer known, and"
                        + " coverage begins at the start, unless since(Instant) asks for more.",
                cause);
    }

    static StateException unwritable(Path directory, String what, @Nullable Throwable cause) {
        return new StateException(
                Reason.UNWRITABLE,
                "The state in " + directory + " cannot be used: " + what
                        + ". Make room on the disk, and see that this user may write to the directory and its files;"
                        + " reading needs that, too.",
                cause);
    }

    static StateException newer(Path directory, long version, long known) {
        return new StateException(
                Reason.NEWER,
                "The state in " + directory + " was written by a newer version: it has schema " + version
                        + ", and this version knows schema " + known
                        + ". It was left as it is. Use the newer version, or another directory.",
                null);
    }

    static StateException inUse(Path directory, String owner, String patience) {
        return new StateException(
                Reason.IN_USE,
                "The state in " + directory + " is owned by " + owner + "; " + patience
                        + ". Stop that one, or use another directory: one process owns a state directory at a time.",
                null);
    }

    static StateException interrupted(Path directory, Exception cause) {
        return new StateException(Reason.IN_USE, "The wait for the state in " + directory + " was interrupted.", cause);
    }

    static StateException absent(Path directory) {
        return new StateException(
                Reason.ABSENT,
                "There is no state in " + directory + ". Name the directory that a stream was started with.",
                null);
    }
}
