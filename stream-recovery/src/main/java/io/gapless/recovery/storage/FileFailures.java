package io.gapless.recovery.storage;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import io.gapless.stream.seam.Durations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/**
 * Turns failures of SQLite and of the file system into exceptions whose messages say what to change.
 *
 * @param kind the kind of file
 * @param directory the directory of the file
 */
public record FileFailures(FileKind kind, Path directory) {
    private String what() {
        return kind.noun() + " in " + directory;
    }

    /**
     * Returns the exception for a failure of SQLite.
     *
     * @param e the failure
     * @return the exception to throw
     */
    public StateException of(SQLException e) {
        if (e instanceof SQLDataException) return damaged(String.valueOf(e.getMessage()), e);
        if (!(e instanceof SQLiteException sqlite))
            return new StateException(
                    Reason.UNWRITABLE,
                    what() + " cannot be opened: " + e.getMessage()
                            + ". SQLite unpacks its native library to the temporary directory. If that directory is"
                            + " full or forbids execution, name another one in the system property org.sqlite.tmpdir.",
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
                        what() + " is locked by another program: " + e.getMessage() + " Close the program that has "
                                + kind.file() + " open for writing, such as a database browser.",
                        e);
            default:
                return unwritable(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Returns the exception for a file whose content is damaged.
     *
     * @param found what is wrong
     * @param cause the cause, or null
     * @return the exception to throw
     */
    public StateException damaged(String found, @Nullable Throwable cause) {
        return new StateException(
                Reason.DAMAGED,
                what() + " is damaged: " + found
                        + ". Gapless has not changed it. Restore a copy, or move the directory away and start with"
                        + " an empty one. " + kind.lossMeans() + ".",
                cause);
    }

    /**
     * Returns the exception for a file that cannot be written or reached.
     *
     * @param found what is wrong
     * @param cause the cause, or null
     * @return the exception to throw
     */
    public StateException unwritable(String found, @Nullable Throwable cause) {
        return new StateException(
                Reason.UNWRITABLE,
                what() + " cannot be used: " + found
                        + ". Make room on the disk, and check that this user may write to the directory and its files."
                        + " Reading needs the right to write, too.",
                cause);
    }

    /** Returns the exception for a directory that cannot be created. */
    StateException directory(IOException cause) {
        for (Path path = directory.toAbsolutePath(); path != null; path = path.getParent()) {
            if (!Files.exists(path)) continue;
            if (Files.isDirectory(path)) break;
            return new StateException(
                    Reason.UNWRITABLE,
                    what() + " cannot be used: " + path + " is a file, not a directory. Name a directory; it is"
                            + " created if it does not exist.",
                    cause);
        }
        return unwritable(cause.toString(), cause);
    }

    StateException newer(long version) {
        return new StateException(
                Reason.NEWER,
                what() + " was written by a newer version of Gapless: it has schema " + version
                        + ", and this version supports schema " + kind.schema()
                        + ". It has not been changed. Use the newer version, or another directory.",
                null);
    }

    StateException inUse(String owner, Duration waited) {
        return new StateException(
                Reason.IN_USE,
                what() + " is owned by " + owner + ", which did not release it within " + Durations.text(waited)
                        + ". Stop the owner, or use another directory: one process owns a state directory at a time.",
                null);
    }

    StateException interrupted(Exception cause) {
        String lower =
                Character.toLowerCase(kind.noun().charAt(0)) + kind.noun().substring(1);
        return new StateException(
                Reason.IN_USE,
                "The wait for " + lower + " in " + directory + " was interrupted, so it was not opened.",
                cause);
    }

    /**
     * Returns the exception for a file that does not exist.
     *
     * @return the exception to throw
     */
    public StateException absent() {
        String found = Files.isRegularFile(directory) ? directory + ", which is a file" : directory.toString();
        String nothing = kind.noun().replaceFirst("^The ", "");
        return new StateException(
                Reason.ABSENT,
                "There is no " + nothing + " in " + found + ". Name the state directory of " + kind.owner() + ".",
                null);
    }
}
