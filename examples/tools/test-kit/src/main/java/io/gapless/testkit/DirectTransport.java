package io.gapless.testkit;

import io.gapless.emulator.InProcessClient;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.NoTokenException;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Carries requests to an emulator in the same process, without a socket. Owns the open exchanges. Thread-safe. */
final class DirectTransport implements Transport {
    private final XEmulator emulator;
    private final Time time;
    private final Set<DirectExchange> open = ConcurrentHashMap.newKeySet();

    DirectTransport(XEmulator emulator, Time time) {
        this.emulator = emulator;
        this.time = time;
    }

    @Override
    public Exchange open(Request request, Receiver receiver) {
        DirectExchange exchange = new DirectExchange(receiver);
        open.add(exchange);
        request.authorizationLater().whenComplete((authorization, failure) -> {
            if (failure == null) exchange.begin(request, authorization);
            else exchange.end(noToken(failure));
        });
        return exchange;
    }

    @Override
    public void close() {
        open.forEach(Exchange::cancel);
    }

    private static Ending noToken(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        Ending.Kind kind = Ending.Kind.NO_TOKEN;
        if (cause instanceof NoTokenException why) {
            kind = switch (why.next()) {
                case SOON -> Ending.Kind.NO_TOKEN;
                case PARKED -> Ending.Kind.KEYS_PARKED;
                case NEVER -> Ending.Kind.KEYS_REFUSED;
            };
        }
        return new Ending(kind, String.valueOf(cause.getMessage()));
    }

    private static Ending ending(InProcessClient.End end) {
        return switch (end) {
            case COMPLETE -> new Ending(Ending.Kind.COMPLETE, "the server ended the body");
            case CUT -> new Ending(Ending.Kind.CUT, "the connection was closed in the middle of the response");
            case RESET -> new Ending(Ending.Kind.RESET, "the other side reset the connection");
            case NO_ANSWER -> new Ending(Ending.Kind.NO_ANSWER, "the connection was closed before an answer arrived");
            case NOT_CONNECTED -> new Ending(Ending.Kind.NOT_CONNECTED, "the emulator is offline");
            case CANCELLED -> new Ending(Ending.Kind.CANCELLED, "closed by this program");
        };
    }

    /** One exchange. Its calls to the receiver come from one thread at a time, as those of the emulator do. */
    private final class DirectExchange implements Exchange, InProcessClient {
        private final Receiver receiver;
        private @Nullable Call call;
        private boolean cancelled;

        DirectExchange(Receiver receiver) {
            this.receiver = receiver;
        }

        void begin(Request request, String authorization) {
            synchronized (this) {
                if (!cancelled) {
                    call = emulator.open(sent(request, authorization), this);
                    return;
                }
            }
            end(ending(End.CANCELLED));
        }

        private static InProcessClient.HttpRequest sent(Request request, String authorization) {
            Map<String, String> headers = new LinkedHashMap<>(request.headers());
            if (!authorization.isBlank()) headers.put("Authorization", authorization);
            return new InProcessClient.HttpRequest(
                    request.method(), request.uri(), headers, request.body().orElseGet(() -> new byte[0]));
        }

        void end(Ending ending) {
            open.remove(this);
            receiver.ended(ending, time.nanoTime());
        }

        @Override
        public boolean answered(int status, Map<String, String> headers) {
            return receiver.answered(new Head(status, headers), time.nanoTime());
        }

        @Override
        public boolean bytes(byte[] buffer, int length) {
            return receiver.bytes(buffer, length, time.nanoTime());
        }

        @Override
        public void ended(End end) {
            end(ending(end));
        }

        @Override
        public void resume() {
            Call begun = begun();
            if (begun != null) begun.resume();
        }

        @Override
        public void cancel() {
            Call begun;
            synchronized (this) {
                cancelled = true;
                begun = call;
            }
            if (begun != null) begun.cancel();
        }

        private synchronized @Nullable Call begun() {
            return call;
        }
    }
}
