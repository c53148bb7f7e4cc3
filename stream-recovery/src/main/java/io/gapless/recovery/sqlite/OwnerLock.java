package io.gapless.recovery.sqlite;

import io.gapless.stream.seam.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Locks a file of a state directory for one process. The operating system releases the lock when the process ends,
 * whatever ends it. The lock file holds the owner's process id. Releasing the lock does not delete the file.
 */
public final class OwnerLock implements AutoCloseable {
    /**
     * The locked byte lies far behind the process id: on Windows a locked byte cannot be read, and others read the id.
     */
    private static final long LOCKED_BYTE = 1 << 20;

    private static final int PID_MAX_BYTES = 20;
    private static final Duration PAUSE = Duration.ofMillis(100);

    /**
     * Lock files that this process holds or is trying to lock. All threads share the set. When a process closes any
     * channel to a file, POSIX drops all its locks on that file, so this process must never open a second channel.
     */
    private static final Set<Path> HELD_BY_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    private final SqliteFile file;
    private final FileChannel channel;

    private OwnerLock(SqliteFile file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Locks a file for this process. The file itself is neither created nor checked yet.
     *
     * @param kind the kind of file
     * @param directory the directory of the file, which is created if it does not exist
     * @param lockWait how long to wait for another owner
     * @param time the clocks
     * @return the lock, which holds the file's description
     */
    public static OwnerLock of(FileKind kind, Path directory, Duration lockWait, Time time) {
        Path real;
        try {
            real = PrivateFiles.createDirectory(directory);
        } catch (IOException e) {
            throw new SqliteFile(kind, directory).failures().directory(e);
        }
        return take(new SqliteFile(kind, real), lockWait, time);
    }

    /**
     * Returns the locked file.
     *
     * @return the file, in its directory's real path
     */
    public SqliteFile file() {
        return file;
    }

    /** Takes the lock, and waits for another owner if needed. The directory of the file must be a real path. */
    static OwnerLock take(SqliteFile file, Duration wait, Time time) {
        long start = time.nanoTime();
        try {
            while (!HELD_BY_THIS_PROCESS.add(path(file))) await(start, wait, time, file, "this process");
            boolean taken = false;
            try {
                OwnerLock lock = takeFromOthers(file, start, wait, time);
                taken = true;
                return lock;
            } finally {
                if (!taken) HELD_BY_THIS_PROCESS.remove(path(file));
            }
        } catch (InterruptedException | ClosedByInterruptException e) {
            Thread.currentThread().interrupt();
            throw file.failures().interrupted(e);
        } catch (IOException e) {
            throw file.failures().unwritable(e.toString(), e);
        }
    }

    private static Path path(SqliteFile file) {
        return file.directory().resolve(file.kind().lock());
    }

    private static OwnerLock takeFromOthers(SqliteFile file, long start, Duration wait, Time time)
            throws IOException, InterruptedException {
        PrivateFiles.createIfAbsent(path(file));
        FileChannel channel = FileChannel.open(path(file), StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            while (!locks(channel)) await(start, wait, time, file, "process " + readPid(channel));
            writePid(channel);
            taken = true;
            return new OwnerLock(file, channel);
        } finally {
            if (!taken) channel.close();
        }
    }

    /**
     * Returns the process that owns a file. A lock file that this process holds is never opened.
     *
     * @param file the file
     * @return the owner's process id; empty if no process owns the file
     * @throws IOException if the lock file cannot be read
     */
    public static OptionalLong owner(SqliteFile file) throws IOException {
        Path lock = path(new SqliteFile(file.kind(), file.directory().toRealPath()));
        if (!HELD_BY_THIS_PROCESS.add(lock))
            return OptionalLong.of(ProcessHandle.current().pid());
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ);
                FileLock free = channel.tryLock(LOCKED_BYTE, 1, true)) {
            return free == null ? OptionalLong.of(Long.parseLong(readPid(channel))) : OptionalLong.empty();
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } finally {
            HELD_BY_THIS_PROCESS.remove(lock);
        }
    }

    private static boolean locks(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false) != null;
        } catch (OverlappingFileLockException e) {
            return false; // A copy of this class in another class loader holds the lock.
        }
    }

    private static void await(long start, Duration wait, Time time, SqliteFile file, String owner)
            throws InterruptedException {
        if (time.nanoTime() - start >= TimeUnit.NANOSECONDS.convert(wait))
            throw file.failures().inUse(owner, wait);
        Pause.of(PAUSE, time);
    }

    private static void writePid(FileChannel channel) throws IOException {
        channel.truncate(0);
        channel.write(StandardCharsets.US_ASCII.encode(
                Long.toString(ProcessHandle.current().pid())));
    }

    private static String readPid(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(PID_MAX_BYTES);
        channel.read(pid, 0);
        return StandardCharsets.US_ASCII.decode(pid.flip()).toString().strip();
    }

    @Override
    public void close() {
        if (!channel.isOpen()) return;
        try {
            channel.close();
        } catch (IOException e) {
            throw file.failures().unwritable(e.toString(), e);
        } finally {
            HELD_BY_THIS_PROCESS.remove(path(file));
        }
    }
}
