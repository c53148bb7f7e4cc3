package io.gapless.stream.spi;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Stores live posts while the inbox is full, for builders that add a recovery. An overflow is a first-in-first-out
 * queue of byte records, for example in a file. Only one thread at a time calls {@link #add}, {@link #poll} and {@link
 * #clear}. All methods may use the disk, but must not wait for anything else.
 */
public interface Overflow {
    /** Stores no record, so reading stops when the inbox is full. */
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
     * @return the record, or null if no record is stored
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
     * @return bytes; 0 if this overflow never stores a record
     */
    long maxBytes();
}
