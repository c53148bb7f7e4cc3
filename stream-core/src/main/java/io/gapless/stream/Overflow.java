package io.gapless.stream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps posts while the inbox is full, for builders that add a recovery: a queue of bytes, such as a file. Its methods
 * are called by one thread at a time. They may use the disk, but must not wait for anything else.
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
     * Appends a record.
     *
     * @param record the bytes to keep; the caller does not change them afterwards
     * @return false if there is no room for the record, or it cannot be written
     */
    boolean add(byte[] record);

    /**
     * Removes and returns the oldest record.
     *
     * @return the record, or null if there is none
     * @throws IOException if the record cannot be read; the stream then calls {@link #clear} and reads nothing more
     */
    byte @Nullable [] poll() throws IOException;

    /** Removes all records. */
    void clear();

    /**
     * Returns the size of the records. May be called from any thread.
     *
     * @return bytes
     */
    long heldBytes();

    /**
     * Returns the most bytes that can be kept. May be called from any thread.
     *
     * @return bytes; 0 if it never keeps anything
     */
    long maxBytes();
}
