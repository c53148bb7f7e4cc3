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
 * Keeps a file of a state directory for one process. The operating system releases the lock when the process ends,
 * however it ends. The lock file holds the owner's process id; it is not deleted when the lock is released.
 */
public final class OwnerLock implements AutoCloseable {
    /** One byte far beyond the process id, which others may read meanwhile: Windows locks against reading, too. */
    private static final long LOCKED_BYTE = 1 << 20;

    private static final int PID_MAX_BYTES = 20;
    private static final Duration PAUSE = Duration.ofMillis(100);

    /**
     * The locks that this process holds or tries to take. POSIX drops a file's locks when the process closes any
     * channel to it, so a second channel must not even be opened. Shared by all threads.
     */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final SqliteFile file;
    private final FileChannel channel;

    private OwnerLock(SqliteFile file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Returns the locked file.
     *
     * @return the file, in its directory's real path
     */
    public SqliteFile file() {
        return file;
    }

    /** Takes the lock, or waits for it; the file's directory is a real path. */
    static OwnerLock take(SqliteFile file, Duration wait, Time time) {
        long start = time.nanoTime();
        try {
            while (!OURS.add(path(file))) await(start, wait, time, file, "this process");
            boolean taken = false;
            try {
                OwnerLock lock = takeFromOthers(file, start, wait, time);
                taken = true;
                return lock;
            } finally {
                if (!taken) OURS.remove(path(file));
            }
        } catch (InterruptedException | ClosedByInterruptException e) {
            Thread.currentThread().interrupt();
            throw file.trouble().interrupted(e);
        } catch (IOException e) {
            throw file.trouble().unwritable(e.toString(), e);
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
     * Returns the process that owns a file. Never opens a lock that this process holds.
     *
     * @param file the file
     * @return the owner's process id; empty if no process owns the file
     * @throws IOException if the lock file cannot be read
     */
    public static OptionalLong owner(SqliteFile file) throws IOException {
        Path lock = path(new SqliteFile(file.kind(), file.directory().toRealPath()));
        if (!OURS.add(lock)) return OptionalLong.of(ProcessHandle.current().pid());
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ);
                FileLock free = channel.tryLock(LOCKED_BYTE, 1, true)) {
            return free == null ? OptionalLong.of(Long.parseLong(readPid(channel))) : OptionalLong.empty();
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } finally {
            OURS.remove(lock);
        }
    }

    private static boolean locks(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false) != null;
        } catch (OverlappingFileLockException e) {
            return false; // Another class loader's copy of this class has it.
        }
    }

    private static void await(long start, Duration wait, Time time, SqliteFile file, String owner)
            throws InterruptedException {
        if (time.nanoTime() - start >= TimeUnit.NANOSECONDS.convert(wait))
            throw file.trouble().inUse(owner, wait);
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
            throw file.trouble().unwritable(e.toString(), e);
        } finally {
            OURS.remove(path(file));
        }
    }
}
