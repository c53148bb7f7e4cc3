package io.gapless.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a stream is doing at one moment. Immutable.
 *
 * @param state what it does
 * @param since since when
 * @param lastEnding how the last connection ended, or why none came about
 * @param nextTryAt when the next connect is planned; never in the past, and empty while a connection is up
 * @param sinceLastSignal how long ago a byte came; empty before the first
 * @param sinceLastPost how long ago a post came; empty before the first
 * @param connectionsLive how many connections are up, 0 to 2
 * @param connectsLeft what is left of the connect budget in this window
 * @param inboxPosts posts received and not yet taken by the handler
 * @param inboxBytes what the inbox holds of its bound
 * @param spilledBytes what waits in the overflow, in bytes of its bound
 * @param spillMaxBytes that bound; 0 if there is no overflow
 * @param received posts received, duplicates too
 * @param handled posts acknowledged by the handler
 * @param duplicates posts dropped because they had been received before
 * @param deadLettered posts given up
 * @param handlerDown whether the handler counts as down
 * @param openGaps gaps without a verdict, if a recovery runs beside the stream
 * @param lostSpans spans that are certainly lost, in the gaps that were closed since the start
 * @param doubtfulSpans spans of which posts may be missing, in the gaps that were closed since the start
 * @param recovered posts that the gaps closed since the start have recovered
 */
public record Health(
        State state,
        Instant since,
        Optional<Disconnection> lastEnding,
        Optional<Instant> nextTryAt,
        Optional<Duration> sinceLastSignal,
        Optional<Duration> sinceLastPost,
        int connectionsLive,
        int connectsLeft,
        int inboxPosts,
        long inboxBytes,
        long spilledBytes,
        long spillMaxBytes,
        long received,
        long handled,
        long duplicates,
        long deadLettered,
        boolean handlerDown,
        int openGaps,
        long lostSpans,
        long doubtfulSpans,
        long recovered) {
    /** What a stream can be doing. */
    public enum State {
        /** Not started. */
        NEW,
        /** Bringing the rules in line. */
        SYNCING_RULES,
        /** Opening its first or next connection. */
        CONNECTING,
        /** At least one connection is up. */
        LIVE,
        /** Waiting before the next connect. */
        BACKING_OFF,
        /** Waiting for credits or a new period. */
        PARKED,
        /** Given up; see the event. */
        FAILED,
        /** Closed. */
        CLOSED
    }
}
