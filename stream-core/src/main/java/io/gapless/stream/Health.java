package io.gapless.stream;

import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Holds a snapshot of a stream's health. Immutable. Counts start at zero when the stream is built. Later versions may
 * add to it.
 */
public final class Health {
    private final Facts facts;

    record Facts(
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
            long recovered) {}

    Health(Facts facts) {
        this.facts = facts;
    }

    /**
     * Returns what the stream is doing.
     *
     * @return the state
     */
    public State state() {
        return facts.state;
    }

    /**
     * Returns when the stream entered this state.
     *
     * @return a moment by this machine's clock
     */
    public Instant since() {
        return facts.since;
    }

    /**
     * Returns how the last connection ended, or why it could not be opened.
     *
     * @return empty before the first ending
     */
    public Optional<Disconnection> lastEnding() {
        return facts.lastEnding;
    }

    /**
     * Returns when the next connect is planned.
     *
     * @return never in the past, and empty while a connection is up
     */
    public Optional<Instant> nextTryAt() {
        return facts.nextTryAt;
    }

    /**
     * Returns how long ago the last signal of a live connection arrived.
     *
     * @return empty before the first signal
     */
    public Optional<Duration> sinceLastSignal() {
        return facts.sinceLastSignal;
    }

    /**
     * Returns how long ago the last post arrived on a live connection.
     *
     * @return empty before the first post
     */
    public Optional<Duration> sinceLastPost() {
        return facts.sinceLastPost;
    }

    /**
     * Returns the number of connections that are up, 0 to 2.
     *
     * @return a count
     */
    public int connectionsLive() {
        return facts.connectionsLive;
    }

    /**
     * Returns how many more connects the connect budget allows now.
     *
     * @return a count
     */
    public int connectsLeft() {
        return facts.connectsLeft;
    }

    /**
     * Returns the number of posts that wait for the handler, in the inbox or on the disk.
     *
     * @return a count
     */
    public int inboxPosts() {
        return facts.inboxPosts;
    }

    /**
     * Returns the size of the posts in the inbox, including those that are being handled or wait for a retry.
     *
     * @return bytes
     */
    public long inboxBytes() {
        return facts.inboxBytes;
    }

    /**
     * Returns the size of the posts that wait on the disk.
     *
     * @return bytes
     */
    public long spilledBytes() {
        return facts.spilledBytes;
    }

    /**
     * Returns how much may wait on the disk.
     *
     * @return 0 if nothing is spilled
     */
    public long spillMaxBytes() {
        return facts.spillMaxBytes;
    }

    /**
     * Returns the number of posts received, duplicates included.
     *
     * @return a count
     */
    public long received() {
        return facts.received;
    }

    /**
     * Returns the number of posts that the handler has acknowledged.
     *
     * @return a count
     */
    public long handled() {
        return facts.handled;
    }

    /**
     * Returns the number of posts dropped because they had been received before.
     *
     * @return a count
     */
    public long duplicates() {
        return facts.duplicates;
    }

    /**
     * Returns the number of posts that were dead-lettered.
     *
     * @return a count
     */
    public long deadLettered() {
        return facts.deadLettered;
    }

    /**
     * Returns whether the handler is down.
     *
     * @return true if it is
     */
    public boolean handlerDown() {
        return facts.handlerDown;
    }

    /**
     * Returns the number of gaps without a verdict.
     *
     * @return 0 if the stream has no recovery
     */
    public int openGaps() {
        return facts.openGaps;
    }

    /**
     * Returns the number of spans that are certainly lost, in gaps closed since the start.
     *
     * @return a count
     */
    public long lostSpans() {
        return facts.lostSpans;
    }

    /**
     * Returns the number of spans in which posts may be missing, in gaps closed since the start.
     *
     * @return a count
     */
    public long doubtfulSpans() {
        return facts.doubtfulSpans;
    }

    /**
     * Returns the number of posts recovered in gaps closed since the start.
     *
     * @return a count
     */
    public long recovered() {
        return facts.recovered;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Health health && facts.equals(health.facts);
    }

    @Override
    public int hashCode() {
        return facts.hashCode();
    }

    @Override
    public String toString() {
        return "Health" + facts.toString().substring("Facts".length());
    }

    /** Names the states of a stream. */
    public enum State {
        /** Not started yet. */
        NEW,
        /** Standing by, because another host holds the stream. */
        STANDING_BY,
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
