package io.gapless.proof.kit;

import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.VirtualTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Connects a stream in virtual time to the measuring code, without a network. The measuring code passes the bytes of
 * the body to the stream's receiver. Not thread-safe.
 */
public final class LoopWire implements Transport, Transport.Exchange {
    private @Nullable Receiver newest;

    @Override
    public Exchange open(Request request, Receiver receiver) {
        newest = receiver;
        return this;
    }

    /**
     * Answers the stream's newest request with 200. Returns the stream's receiver, which takes the bytes of the body.
     */
    public Receiver connected(VirtualTime time) {
        time.settle();
        if (newest == null) throw new IllegalStateException("The stream has not connected.");
        newest.answered(new Head(200, Map.of()), time.nanoTime());
        return newest;
    }

    @Override
    public void resume() {}

    @Override
    public void cancel() {}

    @Override
    public void close() {}
}
