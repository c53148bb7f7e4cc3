package io.gapless.recovery.storage;

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
     * The place of the locked byte in the lock file, far behind the process id. On Windows, other processes cannot read
     * a locked byte, and they must be able to read the process id.
     */
    private static final long LOCKED_BYTE = 1 << 20;

    private static final int PID_MAX_BYTES = 20;
    private static final Duration PAUSE = Duration.ofMillis(100);

    /**
     * The lock files that this process has locked or is trying to lock, shared by all threads. The set keeps this
     * process from opening a lock file twice. When a process closes any channel to a file, POSIX drops all locks that
     * the process has on that file.
     */
    private static final Set<Path> HELD_BY_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    private final SqliteFile file;
    private final FileChannel channel;

    private OwnerLock(SqliteFile file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Locks a database file for this process, by means of its lock file. The database file is neither created nor
     * checked here.
     *
     * @param kind the kind of the database file
     * @param directory the directory of both files, which is created if it does not exist
     * @param lockWait how long to wait until another owner releases the lock
     * @param time the clocks
     * @return the lock; its {@link #file} is the locked database file
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
     * Returns the database file that this lock protects.
     *
     * @return the file, with the real path of its directory
     */
    public SqliteFile file() {
        return file;
    }

    /**
     * Takes the lock. If another owner has it, waits at most {@code wait}. The directory of the file must be a real
     * path.
     */
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
     * Returns the process that owns a database file. If this process owns the file, the lock file is not opened,
     * because closing it again would release the lock.
     *
     * @param file the database file
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
