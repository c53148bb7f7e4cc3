package io.gapless.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Who owns a state directory. The process id in the lock's file outlives its process; the lock does not.
 * This program never owns a state in the process in which it asks: closing the file would give that lock away.
 */
final class StateOwner {
    /** Where the owner locks, beyond what is read. */
    private static final long LOCKED_BYTE = 1 << 20;

    private static final int PID_MAX_BYTES = 20;

    private StateOwner() {}

    /** The process id of the stream's owner; empty if there is none. */
    static Optional<String> of(Path directory) {
        return of(directory, "gapless.lock");
    }

    /** The process id of the outbox's owner; empty if there is none. */
    static Optional<String> ofOutbox(Path directory) {
        return of(directory, "outbox.lock");
    }

    private static Optional<String> of(Path directory, String lock) {
        try (FileChannel file = FileChannel.open(directory.resolve(lock), StandardOpenOption.READ)) {
            return isLocked(file) ? Optional.of(pid(file)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.STATE_UNUSABLE,
                    Text.line("It cannot be told which process owns " + directory + ": " + e
                            + ". See that this user may read the directory and its files."),
                    e);
        }
    }

    /** A stream that starts at this very moment tries again: it waits for the lock. */
    private static boolean isLocked(FileChannel file) throws IOException {
        try (FileLock lock = file.tryLock(LOCKED_BYTE, 1, true)) {
            return lock == null;
        }
    }

    private static String pid(FileChannel file) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(PID_MAX_BYTES);
        file.read(pid, 0);
        return Text.line(StandardCharsets.US_ASCII.decode(pid.flip()).toString());
    }
}
