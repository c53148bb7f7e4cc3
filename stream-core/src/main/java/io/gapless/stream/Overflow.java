package io.gapless.stream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Stores live posts while the inbox is full, for builders that add a recovery. It is a queue of byte records, such as
 * a file. One thread at a time adds, polls and clears. All methods may use the disk, but must not wait for anything
 * else.
 */
public interface Overflow {
    /** Stores nothing: when the inbox is full, reading stops. */
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
     * Appends a record.
     *
     * @param record the bytes to keep; the caller does not change them afterwards
     * @return false if there is no room for the record, or if it cannot be written
     */
    boolean add(byte[] record);

    /**
     * Removes and returns the oldest record.
     *
     * @return the record, or null if there is none
     * @throws IOException if the record cannot be read; the stream then calls {@link #clear}, and all records are
     *     lost
     */
    byte @Nullable [] poll() throws IOException;

    /** Removes all records. */
    void clear();

    /**
     * Returns the size of the stored records. May be called from any thread.
     *
     * @return bytes
     */
    long heldBytes();

    /**
     * Returns the most bytes that can be stored. May be called from any thread.
     *
     * @return bytes; 0 if nothing is ever stored
     */
    long maxBytes();
}
