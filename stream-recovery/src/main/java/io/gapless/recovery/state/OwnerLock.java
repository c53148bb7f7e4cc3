package io.gapless.recovery.state;

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

/**
 * That a state directory is ours alone: a lock that the operating system takes back when the process ends, however it
 * ends. The file tells those who wait the owner's process id, and stays where it is when the lock is released.
 */
final class OwnerLock implements AutoCloseable {
    private static final String FILE = "gapless.lock";
    /** One byte far beyond the process id, which others may read meanwhile: Windows locks against reading, too. */
    private static final long LOCKED_BYTE = 1 << 20;

    private static final int PID_MAX_BYTES = 20;
    private static final Duration PAUSE = Duration.ofMillis(100);

    /**
     * The directories that this process owns or tries to own. POSIX drops a file's locks when the process closes any
     * channel to it, so a second channel must not even be opened. Shared by all threads.
     */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private OwnerLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock, or waits for it.
     *
     * @param directory the directory's real path
     */
    static OwnerLock take(Path directory, Duration wait, Time time) {
        long start = time.nanoTime();
        try {
            while (!OURS.add(directory)) await(start, wait, time, directory, "this process");
            boolean taken = false;
            try {
                OwnerLock lock = takeFromOthers(directory, start, wait, time);
                taken = true;
                return lock;
            } finally {
                if (!taken) OURS.remove(directory);
            }
        } catch (InterruptedException | ClosedByInterruptException e) {
            Thread.currentThread().interrupt();
            throw Trouble.interrupted(directory, e);
        } catch (IOException e) {
            throw Trouble.unwritable(directory, e.toString(), e);
        }
    }

    private static OwnerLock takeFromOthers(Path directory, long start, Duration wait, Time time)
            throws IOException, InterruptedException {
        PrivateFiles.createIfAbsent(directory.resolve(FILE));
        FileChannel channel =
                FileChannel.open(directory.resolve(FILE), StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            while (!locks(channel)) await(start, wait, time, directory, "process " + readPid(channel));
            writePid(channel);
            taken = true;
            return new OwnerLock(directory, channel);
        } finally {
            if (!taken) channel.close();
        }
    }

    /** The process that owns a directory. Never opens a file whose lock this process holds. */
    static OptionalLong owner(Path directory) throws IOException {
        Path real = directory.toRealPath();
        if (!OURS.add(real)) return OptionalLong.of(ProcessHandle.current().pid());
        try (FileChannel channel = FileChannel.open(real.resolve(FILE), StandardOpenOption.READ);
                FileLock free = channel.tryLock(LOCKED_BYTE, 1, true)) {
            return free == null ? OptionalLong.of(Long.parseLong(readPid(channel))) : OptionalLong.empty();
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } finally {
            OURS.remove(real);
        }
    }

    private static boolean locks(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false) != null;
        } catch (OverlappingFileLockException e) {
            return false; // Another class loader's copy of this class has it.
        }
    }

    private static void await(long start, Duration wait, Time time, Path directory, String owner)
            throws InterruptedException {
        if (time.nanoTime() - start >= wait.toNanos())
            throw Trouble.inUse(directory, owner, "waited " + wait.toSeconds() + " s for it");
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
            throw Trouble.unwritable(directory, e.toString(), e);
        } finally {
            OURS.remove(directory);
        }
    }
}
