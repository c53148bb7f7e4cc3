package io.gapless.stream.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.gapless.stream.post.Problem;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import java.time.Instant;
import java.util.Optional;

/** Holds the result of a call: an answer, or the reason why no answer arrived. */
public sealed interface ApiAnswer {
    /**
     * A complete answer arrived.
     * @param head status and headers
     * @param body the body as JSON; a missing node if the body is empty or not JSON
     * @param problem the problem in the body, if the answer is a refusal
     * @param answer everything that decides what a refusal means; of no use for a success
     */
    record Received(Head head, JsonNode body, Problem problem, Answer answer) implements ApiAnswer {
        /**
         * Returns the result of one exchange. The {@link Answer} in the result does not take into account yet what X
         * accepted before.
         */
        static Received of(Head head, byte[] body, Instant now) {
            Optional<JsonNode> json = BodyJson.read(body);
            Problem problem = json.map(Problem::of).orElseGet(() -> BodyJson.notJson(body));
            return new Received(
                    head,
                    json.orElse(MissingNode.getInstance()),
                    problem,
                    Answer.of(head, problem, false, Answer.Before.NOTHING, now));
        }

        /** Returns a copy with another answer, which takes into account what X accepted before. */
        Received as(Answer judged) {
            return new Received(head, body, problem, judged);
        }

        /**
         * Returns whether the status is a success. A successful answer to a rule call can still contain refusals.
         *
         * @return true for 200 to 299
         */
        public boolean ok() {
            return head.status() / 100 == 2;
        }

        /** Returns the status without the body, which may contain a token. */
        @Override
        public String toString() {
            return "Received[HTTP " + head.status() + "]";
        }
    }

    /**
     * No complete answer arrived.
     *
     * @param ending how the exchange ended
     */
    record Failed(Ending ending) implements ApiAnswer {}

    /**
     * Describes the result for people.
     *
     * @return one line with status and problem, or with the reason of the failure
     */
    default String describe() {
        if (this instanceof Received received) {
            return received.answer.describe();
        }
        if (this instanceof Failed failed) return failed.ending.detail();
        throw new AssertionError("not a kind of answer: " + this);
    }
}
