package io.gapless.recovery.storage;

import io.gapless.stream.spi.Overflow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a queue of records in one file. Each record is a post that is not acknowledged yet. A crash loses the records,
 * and their posts are requested again after the next start. So the file is never forced to the disk, and the next start
 * deletes the file without reading it. Owner: the inbox, which makes all calls under its lock.
 *
 * <pre>
 *  ┌────────────┬───────┬───┐
 *  │ length (4) │ bytes │ … │     the queue: from `read` to `written`; both become 0 when it is empty
 *  └────────────┴───────┴───┘
 * </pre>
 */
public final class SpillFile implements Overflow, AutoCloseable {
    private static final int HEAD_BYTES = 4;
    private static final int[] PERCENTS = {50, 80, 100};

    private final FileChannel file;
    private final long maxBytes;
    private final IntConsumer filled;
    private long read;
    /** Where the next record is written, in bytes from the start of the file. Any thread may read this. */
    private volatile long written;

    private int told;

    private SpillFile(FileChannel file, long maxBytes, IntConsumer filled) {
        this.file = file;
        this.maxBytes = maxBytes;
        this.filled = filled;
    }

    /**
     * Creates an empty file that only its owner can read.
     *
     * @param path the path of the file; an existing file is deleted
     * @param maxBytes the largest size
     * @param filled called when the file has filled to 50, 80 and 100 percent, with that percentage; called under the
     *     inbox's lock, so it must not block
     * @throws IOException if the file cannot be deleted or created
     */
    public static SpillFile create(Path path, long maxBytes, IntConsumer filled) throws IOException {
        Files.deleteIfExists(path);
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new SpillFile(file, maxBytes, filled);
    }

    @Override
    public boolean add(byte[] record) {
        long after = written + HEAD_BYTES + record.length;
        if (after > maxBytes) {
            tell(100);
            return false;
        }
        ByteBuffer buffer = ByteBuffer.allocate(HEAD_BYTES + record.length);
        buffer.putInt(record.length).put(record).flip();
        try {
            long at = written;
            while (buffer.hasRemaining()) at += file.write(buffer, at);
        } catch (IOException e) {
            // A full disk is handled like a full file: reading from X stops until there is room.
            tell(100);
            return false;
        }
        written = after;
        tell((int) (100 * (written / (double) maxBytes)));
        return true;
    }

    private void tell(int percent) {
        while (told < PERCENTS.length && percent >= PERCENTS[told]) filled.accept(PERCENTS[told++]);
    }

    @Override
    public byte @Nullable [] poll() throws IOException {
        if (read == written) return null;
        int length = readFully(HEAD_BYTES, read).getInt();
        if (length < 0 || length > written - read - HEAD_BYTES) {
            throw new IOException("the spill file is damaged: a record has a length of " + length + " bytes");
        }
        byte[] record = readFully(length, read + HEAD_BYTES).array();
        read += HEAD_BYTES + length;
        if (read == written) clear();
        return record;
    }

    private ByteBuffer readFully(int length, long from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, from + buffer.position()) < 0) throw new IOException("the spill file ends too early");
        }
        return buffer.flip();
    }

    @Override
    public void clear() {
        read = 0;
        written = 0;
        told = 0;
        try {
            file.truncate(0);
        } catch (IOException e) {
            // New records overwrite the old ones all the same. Only the space on the disk is freed later.
        }
    }

    @Override
    public long heldBytes() {
        return written;
    }

    @Override
    public long maxBytes() {
        return maxBytes;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
