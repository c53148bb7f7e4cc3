package io.gapless.emulator;

import java.net.URI;
import java.util.Map;

/**
 * Receives an answer of the emulator within the process, without a socket: see {@link XEmulator#open}. One thread at a
 * time calls {@code answered}, then {@code bytes} any number of times, then {@code ended}; or only {@code ended}. {@code
 * ended} is always called once.
 */
public interface InProcessClient {
    /**
     * Called when there is an answer.
     *
     * @param status the HTTP status
     * @param headers the headers
     * @return whether to continue; after false, the emulator waits for {@link Call#resume}
     */
    boolean answered(int status, Map<String, String> headers);

    /**
     * Called for each piece of the body.
     *
     * @param buffer holds the bytes from index 0 on; valid only during the call
     * @param length how many bytes
     * @return whether to continue; after false, the emulator waits for {@link Call#resume}
     */
    boolean bytes(byte[] buffer, int length);

    /**
     * Called when the call has ended.
     *
     * @param end how it ended
     */
    void ended(End end);

    /** Lists the ways in which a call can end, as a client over HTTP would see them. */
    enum End {
        /** The body is complete. */
        COMPLETE,
        /** The connection was closed within the body. */
        CUT,
        /** The connection was reset. */
        RESET,
        /** The connection was closed before the answer. */
        NO_ANSWER,
        /** There is no connection: the emulator is offline. */
        NOT_CONNECTED,
        /** The client has cancelled the call. */
        CANCELLED
    }

    /**
     * A request.
     *
     * @param method the HTTP method
     * @param uri the address; only path and query count
     * @param headers all headers
     * @param body the body; empty for none
     */
    record HttpRequest(String method, URI uri, Map<String, String> headers, byte[] body) {}

    /** Controls a call. Thread-safe. */
    interface Call {
        /** Continues after {@code answered} or {@code bytes} has returned false. */
        void resume();

        /** Ends the call, as if the client closed its socket. */
        void cancel();
    }
}
