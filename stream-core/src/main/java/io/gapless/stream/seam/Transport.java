package io.gapless.stream.seam;

/**
 * The wire: opens exchanges and pushes what they bring. Implementations are thread-safe.
 *
 * <p>For each exchange the {@link Receiver} is told, by one thread at a time: {@code answered}, then {@code bytes} any
 * number of times, then {@code ended}; or only {@code ended}. {@code ended} always comes, once, also after a {@code
 * cancel}.
 */
public interface Transport extends AutoCloseable {
    /**
     * Begins an exchange; never blocks and never throws for what the network does. The receiver may be told of it before
     * this method returns.
     *
     * @param request what to ask
     * @param receiver whom to tell
     * @return the exchange under way
     */
    Exchange open(Request request, Receiver receiver);

    /** Cancels what is under way and frees threads. */
    @Override
    void close();

    /** One request and its response. Thread-safe. */
    interface Exchange {
        /** Goes on reading after {@link Receiver#answered} or {@link Receiver#bytes} has returned false. */
        void resume();

        /** Ends the exchange from our side and frees its socket at once; idempotent. */
        void cancel();
    }

    /** What is told of one exchange. Its methods must not block. */
    interface Receiver {
        /**
         * The status line and the headers have come.
         *
         * @param head status and headers
         * @param nowNanos when, on the monotonic clock
         * @return whether to read the body; after false nothing of it is read until {@link Exchange#resume}
         */
        boolean answered(Head head, long nowNanos);

        /**
         * Bytes of the body have come.
         *
         * @param buffer holds them; valid only during the call
         * @param length how many, from index 0 on
         * @param nowNanos when, on the monotonic clock
         * @return whether to go on reading; after false nothing more is read until {@link Exchange#resume}
         */
        boolean bytes(byte[] buffer, int length, long nowNanos);

        /**
         * The exchange is over.
         *
         * @param ending how
         * @param nowNanos when, on the monotonic clock
         */
        void ended(Ending ending, long nowNanos);
    }
}
