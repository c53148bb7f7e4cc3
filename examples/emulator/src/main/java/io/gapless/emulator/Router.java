package io.gapless.emulator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.BufferedSink;

/** Brings each request past faults, token and rate limit to its room, and the answer back to MockWebServer. */
final class Router extends Dispatcher {
    private final World world;
    private final AcceptedSockets sockets;
    private final RequestLog log;
    private final Tokens tokens;
    private final RateLimits limits;
    private final Rooms rooms;
    private final Runnable forget;

    Router(World world, AcceptedSockets sockets, RequestLog log, Tokens tokens, Rooms rooms, Runnable forget) {
        this.world = world;
        this.sockets = sockets;
        this.log = log;
        this.tokens = tokens;
        this.limits = new RateLimits(world.settings(), world.time());
        this.rooms = rooms;
        this.forget = forget;
    }

    @Override
    public MockResponse dispatch(RecordedRequest recorded) throws InterruptedException {
        forget.run();
        Request request = Request.of(recorded, sockets.byIndex(recorded.getConnectionIndex()));
        if (rooms.isControl(request)) {
            return response(rooms.control(request), Map.of());
        }
        RequestLog.Entry entry = log.arrived(request);
        Map<String, String> headers = new LinkedHashMap<>();
        Answer answer = answer(request, headers);
        log.answered(entry, answer.status());
        return response(answer, headers);
    }

    private Answer answer(Request request, Map<String, String> headers) throws InterruptedException {
        Optional<Fault> fault = world.faults().takeForRequest(request.path());
        boolean compressed = false;
        if (fault.isPresent()) {
            Faulty faulty = new Faulty(world, request);
            Optional<Answer> instead = faulty.answer(fault.get(), headers);
            if (instead.isPresent()) {
                return instead.get();
            }
            compressed = fault.get().kind() == Misbehaviour.GZIP;
        }
        Optional<RateLimits.Kind> kind = rooms.kind(request);
        if (kind.isEmpty()) {
            return rooms.answerUncounted(request);
        }
        if (!tokens.accepts(request.header("Authorization"))) {
            return Answer.problem(401, Problems.unauthorized());
        }
        RateLimits.Grant grant = limits.take(kind.get());
        headers.putIfAbsent("x-rate-limit-limit", Integer.toString(grant.limit()));
        headers.putIfAbsent("x-rate-limit-remaining", Integer.toString(grant.remaining()));
        headers.putIfAbsent("x-rate-limit-reset", Long.toString(grant.resetEpochSecond()));
        if (!grant.passes()) {
            return Answer.problem(429, Problems.rateLimited());
        }
        return rooms.answer(kind.get(), request, compressed);
    }

    private MockResponse response(Answer answer, Map<String, String> headers) {
        MockResponse.Builder response = new MockResponse.Builder();
        response.clearHeaders();
        headers.forEach(response::setHeader);
        response.setHeader("Date", HttpDate.text(world.time().now()));
        if (answer instanceof Answer.Whole whole) {
            response.code(whole.status()).setHeader("Content-Type", whole.contentType());
            whole.headers().forEach(response::setHeader);
            response.body(new okio.Buffer().write(whole.body()));
            if (whole.headers().containsKey("Connection")) {
                response.onResponseEnd(new SocketEffect.CloseSocket());
            }
        } else if (answer instanceof Answer.Streamed streamed) {
            response.code(200)
                    .setHeader("Content-Type", "application/json; charset=utf-8")
                    .setHeader("Transfer-Encoding", "chunked")
                    .setHeader("Connection", "close")
                    .body(new Body(streamed.body()))
                    .onResponseEnd(new SocketEffect.CloseSocket());
            if (streamed.body().compressed()) {
                response.setHeader("Content-Encoding", "gzip");
            }
        } else {
            // The socket is closed already, so that what is written here goes nowhere.
            response.code(500).onResponseStart(new SocketEffect.CloseSocket());
        }
        return response.build();
    }

    private record Body(StreamBody stream) implements MockResponseBody {
        @Override
        public long getContentLength() {
            return -1;
        }

        @Override
        public void writeTo(BufferedSink sink) throws java.io.IOException {
            stream.writeTo(sink);
        }
    }
}
