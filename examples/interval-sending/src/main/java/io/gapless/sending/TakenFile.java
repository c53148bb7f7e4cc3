package io.gapless.sending;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Stores the last id that a handler has accepted. All smaller ids were accepted, too. Each id is stored by one write,
 * which survives a kill of the process.
 */
final class TakenFile implements AutoCloseable {
    private final FileChannel file;

    private TakenFile(FileChannel file) {
        this.file = file;
    }

    static TakenFile open(Path path) throws IOException {
        return new TakenFile(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    }

    /** Returns the stored id; {@code before} if the file does not hold an id yet. */
    static long last(Path path, long before) throws IOException {
        if (!Files.exists(path) || Files.size(path) < Long.BYTES) return before;
        return ByteBuffer.wrap(Files.readAllBytes(path)).getLong();
    }

    void write(long id) throws IOException {
        file.write(ByteBuffer.allocate(Long.BYTES).putLong(id).flip(), 0);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
