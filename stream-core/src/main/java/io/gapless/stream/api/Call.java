package io.gapless.stream.api;

import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.TokenCalls;
import io.gapless.stream.seam.Transport;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request and collects the body of its answer, up to a limit. The transport's thread owns the state. The
 * answer completes once: at the end of the exchange, at the timeout, or when the body is too large. In the last two
 * cases the exchange is still running and is cancelled.
 */
final class Call implements Transport.Receiver {
    /**
     * The limit of a successful body. It is more than the largest page that X sends, and far too little to exhaust the
     * memory.
     */
    static final int BODY_MAX_BYTES = 8 * 1024 * 1024;
    /**
     * The limit of a refusal's body. It is more than X's errors for a hundred rules. A longer body is cut: the status
     * and the beginning of the body are enough.
     */
    static final int REFUSAL_MAX_BYTES = 1024 * 1024;

    private final CompletableFuture<ApiAnswer> answer = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable Head head;

    private final Time time;

    private Call(Time time) {
        this.time = time;
    }

    static CompletableFuture<ApiAnswer> send(Request request, Transport transport, Time time, Duration timeout) {
        Call call = new Call(time);
        Transport.Exchange exchange = transport.open(request, call);
        Time.Alarm alarm = time.after(timeout, () -> {
            if (Bearer.isWaiting(request)) call.fail(Ending.Kind.NO_TOKEN, TokenCalls.HANGS);
            call.fail(Ending.Kind.NO_ANSWER, "no complete answer within " + timeout.toSeconds() + " s");
        });
        return call.answer.whenComplete((answer, failure) -> {
            alarm.cancel();
            exchange.cancel();
        });
    }

    private void fail(Ending.Kind kind, String detail) {
        answer.complete(new ApiAnswer.Failed(new Ending(kind, detail)));
    }

    @Override
    public boolean answered(Head head, long nowNanos) {
        this.head = head;
        return true;
    }

    @Override
    public boolean bytes(byte[] buffer, int length, long nowNanos) {
        Head received = head;
        if (received != null && received.status() / 100 != 2) {
            body.write(buffer, 0, Math.min(length, REFUSAL_MAX_BYTES - body.size()));
            if (body.size() < REFUSAL_MAX_BYTES) return true;
            answer.complete(ApiAnswer.Received.of(received, body.toByteArray(), time.instant()));
            return false;
        }
        if (body.size() + length > BODY_MAX_BYTES) {
            fail(Ending.Kind.OTHER, "the answer is larger than " + BODY_MAX_BYTES + " bytes");
            return false;
        }
        body.write(buffer, 0, length);
        return true;
    }

    @Override
    public void ended(Ending ending, long nowNanos) {
        Head received = head;
        if (received != null && ending.kind() == Ending.Kind.COMPLETE) {
            answer.complete(ApiAnswer.Received.of(received, body.toByteArray(), time.instant()));
        } else {
            answer.complete(new ApiAnswer.Failed(ending));
        }
    }
}
