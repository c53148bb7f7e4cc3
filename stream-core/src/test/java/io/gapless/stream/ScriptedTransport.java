package io.gapless.stream;

import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A wire on which the test plays X by hand. It writes down what is opened and when. A script, if there is one, is asked
 * for each exchange as it opens; it may answer at once or leave that to the test.
 */
final class ScriptedTransport implements Transport {
    private final VirtualTime time;
    private final List<Scripted> opened = new ArrayList<>();
    private Consumer<Scripted> script = exchange -> {};
    private boolean tokensAtOnce;

    ScriptedTransport(VirtualTime time) {
        this.time = time;
    }

    /** What X does with each exchange from now on; it runs a moment after the opening, as on a wire. */
    void script(Consumer<Scripted> next) {
        script = next;
    }

    /** Requests for a token are answered before they return, since whoever asks waits for them. */
    void answerTokensAtOnce() {
        tokensAtOnce = true;
    }

    @Override
    public Scripted open(Request request, Receiver receiver) {
        Scripted exchange = new Scripted(request, receiver, time.nanoTime());
        if (tokensAtOnce && request.uri().getPath().equals("/oauth2/token")) {
            script.accept(exchange);
            return exchange;
        }
        opened.add(exchange);
        time.after(Duration.ZERO, () -> {
            exchange.readToken();
            if (!exchange.over) script.accept(exchange);
        });
        return exchange;
    }

    @Override
    public void close() {
        opened.forEach(Scripted::cancel);
    }

    List<Scripted> opened() {
        return opened;
    }

    Scripted last() {
        return opened.get(opened.size() - 1);
    }

    /** One exchange, of which the test is the far end. */
    final class Scripted implements Exchange {
        final Request request;
        final long openedNanos;
        private final Receiver receiver;
        String authorization = "";
        boolean cancelled;
        boolean over;
        /** Whether the receiver has asked for a pause that lasts. */
        boolean paused;
        /** How often reading was resumed although it had not stopped. */
        int needlessResumes;

        Scripted(Request request, Receiver receiver, long openedNanos) {
            this.request = request;
            this.receiver = receiver;
            this.openedNanos = openedNanos;
        }

        @Override
        public String toString() {
            return request + " at " + Duration.ofNanos(openedNanos);
        }

        private void readToken() {
            if (request.authorization().isEmpty() || over) return;
            try {
                authorization = request.authorization().get().call();
            } catch (Exception e) {
                authorization = "";
            }
            if (authorization.isEmpty()) end(Ending.Kind.NO_TOKEN);
        }

        Scripted answer(int status, Map<String, String> headers) {
            paused = !receiver.answered(new Head(status, headers), time.nanoTime());
            return this;
        }

        Scripted answer(int status) {
            return answer(status, Map.of());
        }

        /** A whole answer with a body. */
        void refuse(int status, String body) {
            refuse(status, Map.of(), body);
        }

        void refuse(int status, Map<String, String> headers, String body) {
            answer(status, headers);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            if (bytes.length > 0) receiver.bytes(bytes, bytes.length, time.nanoTime());
            end(Ending.Kind.COMPLETE);
        }

        Scripted send(byte[] bytes) {
            if (paused) throw new IllegalStateException("nothing is read while paused");
            paused = !receiver.bytes(bytes, bytes.length, time.nanoTime());
            return this;
        }

        Scripted line(String json) {
            return send((json + "\r\n").getBytes(StandardCharsets.UTF_8));
        }

        Scripted post(long id) {
            return line("{\"data\":{\"id\":\"" + id + "\",\"text\":\"post " + id + "\"}}");
        }

        Scripted keepAlive() {
            return line("");
        }

        /** Sends a keep-alive every so often for so long; stops when the exchange is over. */
        void keepAlives(Duration every, Duration length) {
            for (Duration passed = Duration.ZERO; passed.compareTo(length) < 0 && !over; passed = passed.plus(every)) {
                time.after(passed.plus(every), () -> {
                    if (!over && !paused) keepAlive();
                });
            }
        }

        void end(Ending.Kind kind) {
            if (over) return;
            over = true;
            receiver.ended(new Ending(kind, "as scripted"), time.nanoTime());
        }

        @Override
        public void resume() {
            if (!paused) needlessResumes++;
            paused = false;
        }

        @Override
        public void cancel() {
            if (cancelled) return;
            cancelled = true;
            time.after(Duration.ZERO, () -> end(Ending.Kind.CANCELLED));
        }
    }
}
