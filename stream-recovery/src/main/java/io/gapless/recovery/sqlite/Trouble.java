package io.gapless.recovery.sqlite;

import io.gapless.recovery.state.StateException;
import io.gapless.recovery.state.StateException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLDataException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/**
 * Failures below, in words that say what to change.
 *
 * @param kind the kind of file
 * @param directory where it lies
 */
public record Trouble(FileKind kind, Path directory) {
    private String what() {
        return kind.noun() + " in " + directory;
    }

    /**
     * Sorts a failure of SQLite by what helps against it.
     *
     * @param e the failure
     * @return to be thrown
     */
    public StateException of(SQLException e) {
        if (e instanceof SQLDataException) return damaged(String.valueOf(e.getMessage()), e);
        if (!(e instanceof SQLiteException sqlite))
            return new StateException(
                    Reason.UNWRITABLE,
                    what() + " cannot be opened: " + e.getMessage()
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
                return damaged(String.valueOf(e.getMessage()), e);
            case SQLITE_BUSY:
            case SQLITE_BUSY_RECOVERY:
            case SQLITE_BUSY_SNAPSHOT:
            case SQLITE_LOCKED:
                return new StateException(
                        Reason.UNWRITABLE,
                        what() + " is held by another program: " + e.getMessage() + " Close whatever has " + kind.file()
                                + " open for writing, such as a database browser.",
                        e);
            default:
                return unwritable(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * It cannot be understood.
     *
     * @param found what is wrong
     * @param cause the failure below, or null
     * @return to be thrown
     */
    public StateException damaged(String found, @Nullable Throwable cause) {
        return new StateException(
                Reason.DAMAGED,
                what() + " is damaged: " + found
                        + ". It was left as it is. Put back a copy of it, or move the directory away and begin with an"
                        + " empty one: " + kind.lossMeans() + ".",
                cause);
    }

    /**
     * It cannot be written, or not even be reached.
     *
     * @param found what is wrong
     * @param cause the failure below, or null
     * @return to be thrown
     */
    public StateException unwritable(String found, @Nullable Throwable cause) {
        return new StateException(
                Reason.UNWRITABLE,
                what() + " cannot be used: " + found
                        + ". Make room on the disk, and see that this user may write to the directory and its files;"
                        + " reading needs that, too.",
                cause);
    }

    /** Its directory cannot be made. */
    StateException directory(IOException cause) {
        for (Path path = directory.toAbsolutePath(); path != null; path = path.getParent()) {
            if (!Files.exists(path)) continue;
            if (Files.isDirectory(path)) break;
            return new StateException(
                    Reason.UNWRITABLE,
                    what() + " cannot be used: " + path + " is a file, and not a directory. Name a directory; it is"
                            + " created if it is not there.",
                    cause);
        }
        return unwritable(cause.toString(), cause);
    }

    StateException newer(long version) {
        return new StateException(
                Reason.NEWER,
                what() + " was written by a newer version: it has schema " + version
                        + ", and this version knows schema " + kind.schema()
                        + ". It was left as it is. Use the newer version, or another directory.",
                null);
    }

    StateException inUse(String owner, String patience) {
        return new StateException(
                Reason.IN_USE,
                what() + " is owned by " + owner + "; " + patience
                        + ". Stop that one, or use another directory: one process owns a state directory at a time.",
                null);
    }

    StateException interrupted(Exception cause) {
        String lower =
                Character.toLowerCase(kind.noun().charAt(0)) + kind.noun().substring(1);
        return new StateException(
                Reason.IN_USE, "The wait for " + lower + " in " + directory + " was interrupted.", cause);
    }

    /**
     * There is none.
     *
     * @return to be thrown
     */
    public StateException absent() {
        String nothing = kind.noun().replaceFirst("^The ", "");
        return new StateException(
                Reason.ABSENT,
                "There is no " + nothing + " in " + directory + ". Name the directory that " + kind.owner()
                        + " was started with.",
                null);
    }
}
