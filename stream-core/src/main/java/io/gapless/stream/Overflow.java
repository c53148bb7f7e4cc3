package io.gapless.stream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * For builders that add a recovery: where posts wait when the inbox is full, a queue of bytes such as a file. Its methods are called by one thread at a
 * time; they may use the disk, and must not wait for anything else.
 */
public interface Overflow {
    /** Holds nothing: when the inbox is full, reading stops. */
    Overflow NONE = new Overflow() {
        @Override
        public boolean add(byte[] record) {
            return false;
        }

        @Override
        public byte @Nullable [] poll() {
            return null;
        }

        @Override
        public void clear() {}

        @Override
        public long heldBytes() {
            return 0;
        }

        @Override
        public long maxBytes() {
            return 0;
        }
    };

    /**
     * Keeps a record after all that are there.
     *
     * @param record what to keep; not changed afterwards
     * @return false if there is no room for it, or it cannot be written
     */
    boolean add(byte[] record);

    /**
     * Takes the oldest record out.
     *
     * @return the record, or null if there is none
     * @throws IOException if it cannot be read; then nothing behind it is asked for, but {@link #clear} called
     */
    byte @Nullable [] poll() throws IOException;

    /** Forgets all records. */
    void clear();

    /**
     * What it takes up of its bound; from any thread.
     *
     * @return bytes
     */
    long heldBytes();

    /**
     * Its bound; from any thread.
     *
     * @return bytes, 0 if it holds nothing
     */
    long maxBytes();
}
