package io.gapless.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Holds a snapshot of a stream's health. Immutable. Counts start at zero when the stream is built.
 *
 * @param state what the stream is doing
 * @param since when the stream entered this state
 * @param lastEnding how the last connection ended, or why it could not be opened; empty before the first ending
 * @param nextTryAt when the next connect is planned; never in the past, and empty while a connection is up
 * @param sinceLastSignal how long ago the last signal of a live connection arrived; empty before the first signal
 * @param sinceLastPost how long ago the last post arrived on a live connection; empty before the first post
 * @param connectionsLive the number of connections that are up, 0 to 2
 * @param connectsLeft how many more connects the connect budget allows now
 * @param inboxPosts the number of posts that wait for the handler, in the inbox or on the disk
 * @param inboxBytes the size of the posts in the inbox, including those that are being handled or wait for a retry
 * @param spilledBytes the size of the posts that wait on the disk
 * @param spillMaxBytes how much may wait on the disk; 0 if nothing is spilled
 * @param received posts received, duplicates included
 * @param handled posts that the handler has acknowledged
 * @param duplicates posts dropped because they had been received before
 * @param deadLettered posts that were dead-lettered
 * @param handlerDown whether the handler is down
 * @param openGaps gaps without a verdict; 0 if the stream has no recovery
 * @param lostSpans spans that are certainly lost, in gaps closed since the start
 * @param doubtfulSpans spans in which posts may be missing, in gaps closed since the start
 * @param recovered posts recovered in gaps closed since the start
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
    /** Names the states of a stream. */
    public enum State {
        /** Not started yet. */
        NEW,
        /** Synchronising the rules. */
        SYNCING_RULES,
        /** Opening a connection. */
        CONNECTING,
        /** At least one connection is up. */
        LIVE,
        /** Waiting before the next connect. */
        BACKING_OFF,
        /**
         * Waiting because an answer is not X's last word, or because of credits or a usage cap. Retried at least every
         * 15 min.
         */
        PARKED,
        /** Given up, because a person must change something. The event {@link StreamEvent.Failed} has the cause. */
        FAILED,
        /** Closed. */
        CLOSED
    }
}
