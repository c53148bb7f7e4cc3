package io.gapless.stream.seam;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request and collects its answer in memory, up to a limit. The transport's thread owns the state. The result
 * completes once: at the end of the exchange, at the timeout, or when the body exceeds its limit. In the last two cases
 * the exchange is still running and is cancelled.
 *
 * @param <A> the type of the result
 */
public final class BoundedAnswer<A> implements Transport.Receiver {
    /**
     * Turns what arrived into the result of a call. Called by the transport's thread, and at the timeout by the thread of
     * the alarms.
     *
     * @param <A> the type of the result
     */
    public interface Reader<A> {
        /**
         * Called when the status line and the headers have arrived.
         *
         * @param head status and headers
         * @return the limit of the body, in bytes
         */
        int begun(Head head);

        /**
         * Reads an answer.
         *
         * @param head status and headers
         * @param body the body, or the beginning of a body that exceeds its limit
         * @param cut whether the body exceeds its limit
         * @return the result
         */
        A read(Head head, byte[] body, boolean cut);

        /**
         * Called when the exchange ended without a complete answer.
         *
         * @param ending how the exchange ended
         * @return the result
         */
        A ended(Ending ending);

        /**
         * Called when no complete answer arrived in time.
         *
         * @return the result
         */
        A timedOut();
    }

    private final Reader<A> reader;
    private final CompletableFuture<A> result = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable Head head;
    private int bodyMaxBytes;

    private BoundedAnswer(Reader<A> reader) {
        this.reader = reader;
    }

    /**
     * Sends a request.
     *
     * @param <A> the type of the result
     * @param request the request
     * @param transport sends it
     * @param time measures the timeout
     * @param timeout for the complete answer
     * @param reader makes the result
     * @return the result; whoever completes it earlier cancels the exchange
     */
    public static <A> CompletableFuture<A> to(
            Request request, Transport transport, Time time, Duration timeout, Reader<A> reader) {
        BoundedAnswer<A> answer = new BoundedAnswer<>(reader);
        Transport.Exchange exchange = transport.open(request, answer);
        Time.Alarm alarm = time.after(timeout, () -> answer.result.complete(reader.timedOut()));
        answer.result.whenComplete((result, failure) -> {
            alarm.cancel();
            exchange.cancel();
        });
        return answer.result;
    }

    @Override
    public boolean answered(Head begun, long nowNanos) {
        head = begun;
        bodyMaxBytes = reader.begun(begun);
        return true;
    }

    @Override
    public boolean bytes(byte[] buffer, int length, long nowNanos) {
        Head received = head;
        int room = bodyMaxBytes - body.size();
        body.write(buffer, 0, Math.min(length, room));
        if (length <= room || received == null) return true;
        result.complete(reader.read(received, body.toByteArray(), true));
        return false;
    }

    @Override
    public void ended(Ending ending, long nowNanos) {
        Head received = head;
        result.complete(
                received != null && ending.kind() == Ending.Kind.COMPLETE
                        ? reader.read(received, body.toByteArray(), false)
                        : reader.ended(ending));
    }
}
