package io.gapless.stream.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import java.time.Instant;
import java.util.Optional;

/** What came of a call: an answer of X, or none. A value, never an exception. */
public sealed interface ApiAnswer {
    /**
     * X answered.
     *
     * @param head status and headers
     * @param body the body as JSON; a missing node if it was empty or no JSON
     * @param problem what the body says if it is a refusal
     * @param answer all that decides what it means, if it is a refusal
     */
    record Received(Head head, JsonNode body, Problem problem, Answer answer) implements ApiAnswer {
        /** As far as the exchange alone tells it. */
        static Received of(Head head, byte[] body, Instant now) {
            Optional<JsonNode> json = Json.read(body);
            Problem problem = json.map(Problem::of).orElseGet(() -> Problem.notJson(body));
            return new Received(
                    head,
                    json.orElse(MissingNode.getInstance()),
                    problem,
                    Answer.of(head, problem, false, Answer.Before.NOTHING, now));
        }

        /** With what X accepted before. */
        Received as(Answer judged) {
            return new Received(head, body, problem, judged);
        }

        /**
         * Whether the status says success. Rule calls must still read what X says inside.
         *
         * @return true for 200 to 299
         */
        public boolean ok() {
            return head.status() / 100 == 2;
        }

        /** Without the body, which may hold a token. */
        @Override
        public String toString() {
            return "Received[HTTP " + head.status() + "]";
        }
    }

    /**
     * No complete answer came.
     *
     * @param ending how the exchange ended
     */
    record Failed(Ending ending) implements ApiAnswer {}

    /**
     * The answer in one line for people.
     *
     * @return status and problem, or how the call failed
     */
    default String describe() {
        if (this instanceof Received received) {
            return received.answer.describe();
        }
        if (this instanceof Failed failed) return failed.ending.kind() + ", " + failed.ending.detail();
        throw new AssertionError("not a kind of answer: " + this);
    }
}
