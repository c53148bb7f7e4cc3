package io.gapless.proof.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Stores ids, such as those that the handler of a process received, each with the time on the machine's clock. A write is
 * one call to the operating system, which keeps the bytes even if the process is killed. Owner: the thread that writes.
 */
public final class IdFile implements AutoCloseable {
    private static final int RECORD_BYTES = 2 * Long.BYTES;

    private final FileChannel file;
    private final ByteBuffer entry = ByteBuffer.allocateDirect(RECORD_BYTES);

    private IdFile(FileChannel file) {
        this.file = file;
    }

    /** Receives the entries of a file, one by one. */
    @FunctionalInterface
    public interface Reader {
        void read(long id, long atMillis);
    }

    /** Opens a file to add ids to it. Creates the file if it does not exist. */
    public static IdFile open(Path path) throws IOException {
        return new IdFile(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    /** Reads the entries in the order of the file. A file that does not exist has no entries. */
    public static void read(Path path, Reader reader) {
        if (!Files.exists(path)) return;
        try {
            ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(path));
            while (all.remaining() >= RECORD_BYTES) reader.read(all.getLong(), all.getLong());
        } catch (IOException e) {
            throw new UncheckedIOException("The ids in " + path + " cannot be read: " + e, e);
        }
    }

    /** Returns the id that was written last; {@code before} if there is none. */
    public static long last(Path path, long before) {
        long[] last = {before};
        read(path, (id, atMillis) -> last[0] = id);
        return last[0];
    }

    public void write(long id) throws IOException {
        entry.clear();
        entry.putLong(id).putLong(System.currentTimeMillis()).flip();
        file.write(entry);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
