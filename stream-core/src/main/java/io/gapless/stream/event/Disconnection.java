package io.gapless.stream.event;

import io.gapless.stream.api.Answer;
import io.gapless.stream.post.Problem;
import io.gapless.stream.seam.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Describes how a connection ended, or why it could not be opened. Immutable. */
public sealed interface Disconnection {
    /**
     * X closed the connection.
     *
     * @param orderly true if the response ended as HTTP requires, false if the connection was cut in the middle of it
     */
    record ClosedByServer(boolean orderly) implements Disconnection {}

    /**
     * No data arrived for longer than the stall timeout, so the stream closed the connection.
     *
     * @param silence how long no data arrived
     */
    record Stalled(Duration silence) implements Disconnection {}

    /**
     * The network failed, before or after X's answer.
     *
     * @param kind the kind of failure, such as {@code UNKNOWN_HOST}, {@code TLS} or {@code PROXY}; kinds may be added
     * @param detail what happened and what to check, for people
     */
    record Network(String kind, String detail) implements Disconnection {}

    /** X, or a server in between, answered with a status other than 200. */
    final class Refused implements Disconnection {
        private final Answer answer;

        /**
         * Creates the ending.
         *
         * @param answer the answer, with all facts that decide its meaning
         * @hidden
         */
        @SuppressWarnings("exports") // The library alone creates and judges answers.
        public Refused(Answer answer) {
            this.answer = answer;
        }

        /**
         * Returns the answer, with all facts that decide its meaning.
         *
         * @return the answer
         * @hidden
         */
        @SuppressWarnings("exports") // The library alone creates and judges answers.
        public Answer answer() {
            return answer;
        }

        /**
         * Returns the HTTP status.
         *
         * @return 100 to 599
         */
        public int status() {
            return answer.status();
        }

        /**
         * Returns the problem in the answer's body.
         *
         * @return X's problem; if the body is not X's, its beginning
         */
        public Problem problem() {
            return answer.problem();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Refused refused && refused.answer.equals(answer);
        }

        @Override
        public int hashCode() {
            return answer.hashCode();
        }

        @Override
        public String toString() {
            return "Refused[answer=" + answer + "]";
        }
    }

    /**
     * X sent a notice that it ends the connection.
     *
     * @param problem the notice
     */
    record Notice(Problem problem) implements Disconnection {}

    /**
     * A server in between, such as a proxy or a login portal, answered in X's place: the status was 200, but the body
     * is not X's.
     *
     * @param status the HTTP status
     * @param problem the beginning of the body
     */
    record NotFromX(int status, Problem problem) implements Disconnection {}

    /**
     * Lines arrived, but were unreadable for too long, so the stream closed the connection. A server in between, such
     * as a proxy, changes the data.
     *
     * @param length how long no line could be read
     */
    record Unreadable(Duration length) implements Disconnection {}

    /**
     * The inbox was full, and the state could not record that reading is paused, so the stream closed the connection
     * before X dropped any post. It connects again once there is room, or once the state can be written.
     */
    record NoRoom() implements Disconnection {}

    /**
     * The token source returned no usable token.
     *
     * @param detail the reason, without any secret
     * @param next when the token source is asked again
     */
    record NoToken(String detail, Next next) implements Disconnection {
        /** Names when the token source is asked again. */
        public enum Next {
            /** Soon, because the token source failed. */
            SOON,
            /** After minutes, because the key and secret are refused, but not finally. */
            PARKED,
            /** Never, because a person must change something. */
            NEVER
        }
    }

    /**
     * This program closed the connection.
     *
     * @param why the reason, such as that the stream was closed
     */
    record ClosedByUs(String why) implements Disconnection {}

    /** Names the causes of endings. */
    enum Cause {
        /** {@link ClosedByServer}. */
        CLOSED_BY_SERVER,
        /** {@link Stalled}. */
        STALLED,
        /** {@link Network}. */
        NETWORK,
        /** {@link Refused}. */
        REFUSED,
        /** {@link Notice}. */
        NOTICE,
        /** {@link NotFromX}. */
        NOT_FROM_X,
        /** {@link Unreadable}. */
        UNREADABLE,
        /** {@link NoRoom}. */
        NO_ROOM,
        /** {@link NoToken}. */
        NO_TOKEN,
        /** {@link ClosedByUs}. */
        CLOSED_BY_US
    }

    /**
     * Returns the cause as a word, for counting.
     *
     * @return the cause
     */
    default Cause cause() {
        if (this instanceof ClosedByServer) return Cause.CLOSED_BY_SERVER;
        if (this instanceof Stalled) return Cause.STALLED;
        if (this instanceof Network) return Cause.NETWORK;
        if (this instanceof Refused) return Cause.REFUSED;
        if (this instanceof Notice) return Cause.NOTICE;
        if (this instanceof NotFromX) return Cause.NOT_FROM_X;
        if (this instanceof Unreadable) return Cause.UNREADABLE;
        if (this instanceof NoRoom) return Cause.NO_ROOM;
        if (this instanceof NoToken) return Cause.NO_TOKEN;
        if (this instanceof ClosedByUs) return Cause.CLOSED_BY_US;
        throw new AssertionError("not a kind of disconnection: " + this);
    }

    /**
     * Returns a description of the ending, in one line for people.
     *
     * @return what happened, without any secret
     */
    default String describe() {
        if (this instanceof ClosedByServer closed) {
            return closed.orderly ? "X closed the connection" : "the connection was cut in the middle of the response";
        }
        if (this instanceof Stalled stalled) {
            return "no data arrived for " + Durations.text(stalled.silence) + ", not even a keep-alive";
        }
        if (this instanceof Network network) {
            return "network error (" + network.kind + "): " + network.detail;
        }
        if (this instanceof Refused refused) return refused.answer.describe();
        if (this instanceof Notice notice) return "X sent the notice " + notice.problem.describe();
        if (this instanceof NotFromX other) {
            return "HTTP " + other.status
                    + ", but the answer is not X's; look for a proxy or a login portal in between: "
                    + other.problem.describe();
        }
        if (this instanceof Unreadable unreadable) {
            return "none of the lines that arrived for " + Durations.text(unreadable.length)
                    + " could be read; look for a proxy that changes the data";
        }
        if (this instanceof NoRoom) {
            return "the inbox was full, and the state could not record that reading is paused; look for the reason"
                    + " why the state cannot be written";
        }
        if (this instanceof NoToken noToken) return noToken.detail;
        if (this instanceof ClosedByUs closed) return "closed by this program: " + closed.why;
        throw new AssertionError("not a kind of disconnection: " + this);
    }
}
