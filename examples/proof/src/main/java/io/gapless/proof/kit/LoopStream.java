package io.gapless.proof.kit;

import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs a connected stream in virtual time, without a network. The measuring code passes the bytes of the body to the
 * stream. Not thread-safe.
 */
public final class LoopStream implements AutoCloseable {
    private final VirtualTime time;
    private final FilteredStream stream;
    private final Transport.Receiver receiver;

    /** Starts a stream, and answers its request with 200. The settings are those besides the token and the seams. */
    public LoopStream(VirtualTime time, UnaryOperator<FilteredStream.Builder> settings) {
        Wire wire = new Wire();
        this.time = time;
        stream = settings.apply(FilteredStream.builder().bearerToken("token"))
                .seams(s -> s.time(time).transport(wire))
                .build();
        stream.start();
        time.settle();
        if (wire.newest == null) throw new IllegalStateException("The stream has not connected.");
        receiver = wire.newest;
        receiver.answered(new Head(200, Map.of()), time.nanoTime());
    }

    /** Passes bytes of the body to the stream. Returns whether the stream has room for more. */
    public boolean take(byte[] bytes) {
        return receiver.bytes(bytes, bytes.length, time.nanoTime());
    }

    public Health health() {
        return stream.health();
    }

    @Override
    public void close() {
        stream.close(Duration.ZERO);
    }

    /** Remembers who receives the answer to the newest request. */
    private static final class Wire implements Transport, Transport.Exchange {
        private @Nullable Receiver newest;

        @Override
        public Exchange open(Request request, Receiver receiver) {
            newest = receiver;
            return this;
        }

        @Override
        public void resume() {}

        @Override
        public void cancel() {}

        @Override
        public void close() {}
    }
}
