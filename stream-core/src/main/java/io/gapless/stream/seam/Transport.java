package io.gapless.stream.seam;

/**
 * Sends HTTP requests and pushes the responses to receivers. Implementations are thread-safe.
 *
 * <p>For each exchange, one thread at a time calls the {@link Receiver}: {@code answered}, then {@code bytes} any
 * number of times, then {@code ended}; or only {@code ended}. {@code ended} is always called once, even after a {@code
 * cancel}.
 */
public interface Transport extends AutoCloseable {
    /**
     * Begins an exchange. This method never blocks, and never throws because of the network. The receiver may be called
     * before this method returns.
     *
     * @param request the request
     * @param receiver receives the response
     * @return the exchange
     */
    Exchange open(Request request, Receiver receiver);

    /** Cancels all exchanges and ends the threads. */
    @Override
    void close();

    /** Controls the exchange of one request and its response. Thread-safe. */
    interface Exchange {
        /** Continues to read after {@link Receiver#answered} or {@link Receiver#bytes} has returned false. */
        void resume();

        /** Ends the exchange and closes its socket at once. Idempotent. */
        void cancel();
    }

    /** Receives the response of one exchange. Its methods must not block. */
    interface Receiver {
        /**
         * Called when the status line and the headers have arrived.
         *
         * @param head status and headers
         * @param nowNanos the time, by the monotonic clock
         * @return whether to read the body; after false, reading waits for {@link Exchange#resume}
         */
        boolean answered(Head head, long nowNanos);

        /**
         * Called when bytes of the body have arrived.
         *
         * @param buffer holds the bytes, from index 0 on; valid only during the call
         * @param length how many bytes
         * @param nowNanos the time, by the monotonic clock
         * @return whether to continue; after false, reading waits for {@link Exchange#resume}
         */
        boolean bytes(byte[] buffer, int length, long nowNanos);

        /**
         * Called when the exchange has ended.
         *
         * @param ending how it ended
         * @param nowNanos the time, by the monotonic clock
         */
        void ended(Ending ending, long nowNanos);
    }
}
