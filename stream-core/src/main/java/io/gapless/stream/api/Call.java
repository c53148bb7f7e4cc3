package io.gapless.stream.api;

import io.gapless.stream.seam.BoundedAnswer;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.TokenCalls;
import io.gapless.stream.seam.Transport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Sends one request and reads its answer.
 *
 * @param request the request
 * @param time dates the answer
 * @param timeout for the complete answer
 */
record Call(Request request, Time time, Duration timeout) implements BoundedAnswer.Reader<ApiAnswer> {
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

    static CompletableFuture<ApiAnswer> send(Request request, Transport transport, Time time, Duration timeout) {
        return BoundedAnswer.to(request, transport, time, timeout, new Call(request, time, timeout));
    }

    private static boolean isSuccess(Head head) {
        return head.status() / 100 == 2;
    }

    @Override
    public int begun(Head head) {
        return isSuccess(head) ? BODY_MAX_BYTES : REFUSAL_MAX_BYTES;
    }

    @Override
    public ApiAnswer read(Head head, byte[] body, boolean cut) {
        return cut && isSuccess(head)
                ? failed(Ending.Kind.OTHER, "the answer is larger than " + BODY_MAX_BYTES + " bytes")
                : ApiAnswer.Received.of(head, body, time.instant());
    }

    @Override
    public ApiAnswer ended(Ending ending) {
        return new ApiAnswer.Failed(ending);
    }

    @Override
    public ApiAnswer timedOut() {
        return Bearer.isWaiting(request)
                ? failed(Ending.Kind.NO_TOKEN, TokenCalls.HANGS)
                : failed(Ending.Kind.NO_ANSWER, "no complete answer within " + timeout.toSeconds() + " s");
    }

    private static ApiAnswer failed(Ending.Kind kind, String detail) {
        return new ApiAnswer.Failed(new Ending(kind, detail));
    }
}
