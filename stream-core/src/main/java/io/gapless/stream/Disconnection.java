package io.gapless.stream;

import io.gapless.stream.api.Answer;
import io.gapless.stream.api.Problem;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.NoTokenException;
import java.time.Duration;

/** How a connection, or the attempt at one, ended. A value: it feeds the decision what next, the events and the ledger. */
public sealed interface Disconnection {
    /**
     * X ended the response.
     *
     * @param orderly whether the end was framed as HTTP says; if not, the socket was closed inside the body
     */
    record ClosedByServer(boolean orderly) implements Disconnection {}

    /**
     * A read was pending, and neither a line nor a keep-alive came.
     *
     * @param silence how long
     */
    record Stalled(Duration silence) implements Disconnection {}

    /**
     * The network failed, before or after the answer.
     *
     * @param ending what failed
     */
    record Network(Ending ending) implements Disconnection {}

    /**
     * X, or something on the way, answered with a status that is not 200.
     *
     * @param answer the answer, with all that decides what it means
     */
    record Refused(Answer answer) implements Disconnection {
        /**
         * The HTTP status.
         *
         * @return 100 to 599
         */
        public int status() {
            return answer.status();
        }

        /**
         * What the body says.
         *
         * @return X's problem, or the beginning of whatever else came
         */
        public Problem problem() {
            return answer.problem();
        }
    }

    /**
     * X said within the stream that it ends it.
     *
     * @param problem what it said
     */
    record Notice(Problem problem) implements Disconnection {}

    /**
     * Something on the way answered in X's place: the status was that of success, and what followed was not X's.
     *
     * @param status the HTTP status
     * @param problem the beginning of what was said
     */
    record NotFromX(int status, Problem problem) implements Disconnection {}

    /**
     * Lines came, and none that could be read: something on the way breaks or replaces what X sends. We ended it.
     *
     * @param length how long
     */
    record Unreadable(Duration length) implements Disconnection {}

    /**
     * There was no token to connect with.
     *
     * @param detail why; holds no token
     * @param next when it is worth asking again
     */
    record NoToken(String detail, NoTokenException.Next next) implements Disconnection {}

    /**
     * We ended it.
     *
     * @param why for example that the stream was closed
     */
    record ClosedByUs(String why) implements Disconnection {}

    /**
     * The ending in one line for people.
     *
     * @return what happened, without any secret
     */
    default String describe() {
        if (this instanceof ClosedByServer closed) {
            return closed.orderly ? "X ended the response" : "the connection was closed inside the response";
        }
        if (this instanceof Stalled stalled) {
            return "no signal for " + Durations.text(stalled.silence) + " (half-open connection?)";
        }
        if (this instanceof Network network) {
            return "network: " + network.ending.kind() + ", " + network.ending.detail();
        }
        if (this instanceof Refused refused) return refused.answer.describe();
        if (this instanceof Notice notice) return "X says: " + notice.problem.describe();
        if (this instanceof NotFromX other) {
            return "HTTP " + other.status
                    + ", but something else than X answered; look at what is on the way, such as a"
                    + " proxy or a portal: " + other.problem.describe();
        }
        if (this instanceof Unreadable unreadable) {
            return "for " + Durations.text(unreadable.length)
                    + " lines came and none that can be read; look at what is on" + " the way, such as a proxy";
        }
        if (this instanceof NoToken noToken) return noToken.detail;
        if (this instanceof ClosedByUs closed) return "closed by us: " + closed.why;
        throw new AssertionError("not a kind of disconnection: " + this);
    }
}
