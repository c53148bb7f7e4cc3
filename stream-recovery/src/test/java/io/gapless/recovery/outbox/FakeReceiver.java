package io.gapless.recovery.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The other side, in virtual time: writes down what it is sent, and answers by a rule that the test sets. */
final class FakeReceiver implements Transport {
    /** One request. */
    record Got(Instant at, String key, Map<String, String> headers, String uri, String body) {
        List<String> requestIds() {
            List<String> ids = new ArrayList<>();
            try {
                for (JsonNode one : new ObjectMapper().readTree(body).path("requests"))
                    ids.add(one.path("request_id").asText());
            } catch (JsonProcessingException e) {
                throw new AssertionError("no JSON: " + body, e);
            }
            return ids;
        }
    }

    /** One answer; status 0 for none. */
    record Reply(int status, Map<String, String> headers, String body) {
        static final Reply CREATED = of(201, "{\"code\":201,\"success\":true,\"message\":\"created\"}");
        static final Reply NONE = of(0, "");
        /** Neither an answer nor an end. */
        static final Reply SILENCE = of(-1, "");

        static Reply of(int status, String body) {
            return new Reply(status, Map.of(), body);
        }
    }

    final List<Got> got = new ArrayList<>();
    Function<Got, Reply> rule = request -> Reply.CREATED;
    boolean closed;
    private final InstantSource clock;

    FakeReceiver(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Exchange open(Request request, Receiver receiver) {
        Got one = new Got(
                clock.instant(),
                request.headers().get("Idempotency-Key"),
                request.headers(),
                request.uri().toString(),
                new String(request.body().orElseThrow(), StandardCharsets.UTF_8));
        got.add(one);
        Reply reply = rule.apply(one);
        if (reply.status() == 0) {
            receiver.ended(new Ending(Ending.Kind.NOT_CONNECTED, "nobody listens"), 0);
        } else if (reply.status() > 0) {
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            receiver.answered(new Head(reply.status(), reply.headers()), 0);
            receiver.bytes(body, body.length, 0);
            receiver.ended(new Ending(Ending.Kind.COMPLETE, "the server ended the body"), 0);
        }
        return new Exchange() {
            @Override
            public void resume() {}

            @Override
            public void cancel() {}
        };
    }

    List<String> keys() {
        return got.stream().map(Got::key).toList();
    }

    List<String> requestIds() {
        return got.stream().flatMap(one -> one.requestIds().stream()).toList();
    }

    @Override
    public void close() {
        closed = true;
    }

    static IOException failure() {
        return new IOException("the database went away");
    }
}
