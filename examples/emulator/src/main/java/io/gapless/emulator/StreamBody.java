package io.gapless.emulator;

import java.io.IOException;
import okio.BufferedSink;

/** One streamed answer, live or a recovery job. */
sealed interface StreamBody permits LiveStream, RecoveryJob {
    /** The id that {@code /2/connections} knows it by. */
    String id();

    Wire wire();

    Request request();

    long openedMillis();

    long postsSent();

    boolean compressed();

    /** Gives an order, which is obeyed soon. */
    void tell(LiveStream.Order order);

    /** Writes the body until it ends; returns for an orderly end and throws, or leaves the socket closed, for any other. */
    void writeTo(BufferedSink sink) throws IOException;
}
