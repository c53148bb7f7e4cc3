package io.gapless.emulator;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers one call within the process. A thread of its own runs the call, writes the body and calls the client, so that
 * a client never has to wait for itself. Owns the state of the call; thread-safe.
 */
final class DirectCall implements InProcessClient.Call, Runnable {
    /** As much as the JDK's HTTP client passes on at once. */
    private static final int PIECE_BYTES = 16 * 1024;

    private static final String JSON = "application/json; charset=utf-8";

    private final Reception reception;
    private final SharedClock clock;
    private final Duration slowReaderAfter;
    private final InProcessClient.HttpRequest sent;
    private final InProcessClient client;
    private final DirectSocket socket = new DirectSocket();
    private volatile boolean cancelled;
    private volatile boolean resumed;
    private volatile boolean finished;
    private volatile SharedClock.@Nullable Party party;

    DirectCall(
            Reception reception,
            SharedClock clock,
            Duration slowReaderAfter,
            InProcessClient.HttpRequest sent,
            InProcessClient client) {
        this.reception = reception;
        this.clock = clock;
        this.slowReaderAfter = slowReaderAfter;
        this.sent = sent;
        this.client = client;
    }

    @Override
    public void run() {
        SharedClock.Party own = clock.enter();
        party = own;
        InProcessClient.End end = InProcessClient.End.CUT;
        try {
            end = exchange();
        } catch (IOException e) {
            end = brokenOff();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end = brokenOff();
        } finally {
            client.ended(end);
            own.leave();
        }
    }

    private InProcessClient.End exchange() throws IOException, InterruptedException {
        if (reception.isOffline()) return InProcessClient.End.NOT_CONNECTED;
        Map<String, String> headers = new LinkedHashMap<>();
        Answer answer = reception.answer(Request.of(sent, socket), headers);
        if (cancelled) return InProcessClient.End.CANCELLED;
        if (answer instanceof Answer.Whole whole) return whole(whole, headers);
        if (answer instanceof Answer.Streamed streamed) return streamed(streamed.body(), headers);
        return socket.isReset() ? InProcessClient.End.RESET : InProcessClient.End.NO_ANSWER;
    }

    private InProcessClient.End whole(Answer.Whole answer, Map<String, String> headers)
            throws IOException, InterruptedException {
        headers.put("Content-Type", answer.contentType());
        headers.putAll(answer.headers());
        if (!client.answered(answer.status(), headers)) awaitResume(Duration.ZERO);
        send(answer.body(), 0, answer.body().length, Duration.ZERO);
        return cancelled ? InProcessClient.End.CANCELLED : InProcessClient.End.COMPLETE;
    }

    private InProcessClient.End streamed(StreamBody body, Map<String, String> headers) throws IOException {
        headers.put("Content-Type", JSON);
        body.writeTo(new Pieces(body.socket(), headers), false);
        return finished && !cancelled ? InProcessClient.End.COMPLETE : brokenOff();
    }

    private InProcessClient.End brokenOff() {
        if (cancelled) return InProcessClient.End.CANCELLED;
        return socket.isReset() ? InProcessClient.End.RESET : InProcessClient.End.CUT;
    }

    private void send(byte[] bytes, int from, int length, Duration patience) throws IOException, InterruptedException {
        for (int sentBytes = 0; sentBytes < length; sentBytes += PIECE_BYTES) {
            if (socket.isClosed()) throw new IOException("the connection is closed");
            int part = Math.min(PIECE_BYTES, length - sentBytes);
            byte[] piece = Arrays.copyOfRange(bytes, from + sentBytes, from + sentBytes + part);
            resumed = false;
            if (!client.bytes(piece, part) && !awaitResume(patience)) throw new IOException("the client does not read");
        }
    }

    /** Waits until the client reads again. Returns false if its patience ends first; zero is endless. */
    private boolean awaitResume(Duration patience) throws IOException, InterruptedException {
        SharedClock.Party own = clock.enter();
        try {
            long untilNanos = patience.isZero() ? Long.MAX_VALUE : clock.nanoTime() + patience.toNanos();
            while (!resumed) {
                if (socket.isClosed()) throw new IOException("the connection is closed");
                long leftNanos = untilNanos - clock.nanoTime();
                if (leftNanos <= 0) return false;
                own.await(leftNanos);
            }
            return true;
        } finally {
            own.leave();
        }
    }

    @Override
    public void resume() {
        resumed = true;
        wake();
    }

    @Override
    public void cancel() {
        cancelled = true;
        socket.closeByPeer();
        wake();
    }

    private void wake() {
        SharedClock.Party waits = party;
        if (waits != null) waits.release();
    }

    /** Passes the pieces of a streamed body to the client, which can pause it, as full buffers would. */
    private final class Pieces implements BodySink {
        private final WatchedSocket watched;
        private final Map<String, String> headers;

        private Pieces(WatchedSocket watched, Map<String, String> headers) {
            this.watched = watched;
            this.headers = headers;
        }

        @Override
        public void open() throws IOException {
            resumed = false;
            if (!client.answered(200, headers)) paused(DirectCall.this::awaitResume);
        }

        @Override
        public void piece(byte[] bytes, int from, int length) throws IOException {
            paused(patience -> {
                send(bytes, from, length, patience);
                return true;
            });
        }

        private void paused(Pausing what) throws IOException {
            try {
                what.run(slowReaderAfter);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } catch (IOException e) {
                if (!socket.isClosed()) watched.reset(ConnectionEnd.SLOW_READER);
                throw e;
            }
        }

        @Override
        public void finish() {
            finished = true;
        }
    }

    /** Something that may have to wait for the client. */
    @FunctionalInterface
    private interface Pausing {
        boolean run(Duration patience) throws IOException, InterruptedException;
    }
}
