package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Describes how a request is answered. */
sealed interface Answer {
    int status();

    /** An answer whose body is complete before it is sent. */
    record Whole(int status, String contentType, byte[] body, Map<String, String> headers) implements Answer {}

    /** An answer with status 200, and a body that is written while the connection is open. */
    record Streamed(StreamBody body) implements Answer {
        @Override
        public int status() {
            return 200;
        }
    }

    /** No answer, since the connection is closed. */
    record None() implements Answer {
        @Override
        public int status() {
            return 0;
        }
    }

    static Answer json(int status, JsonNode body) {
        return new Whole(status, "application/json; charset=utf-8", Json.bytes(body), Map.of());
    }

    static Answer problem(int status, JsonNode body) {
        return new Whole(status, "application/problem+json; charset=utf-8", Json.bytes(body), Map.of());
    }

    static Answer text(int status, String contentType, String body) {
        return new Whole(status, contentType, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Answer invalid(String parameter, String value, String message) {
        return problem(400, Problems.invalid(parameter, value, message));
    }
}
