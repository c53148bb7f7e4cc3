package io.gapless.stream;

import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Origin;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

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
            Recovery.Account recovery,
            Handling.Reading handling,
            EndingCounts endings) {}

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
        return facts.recovery.gaps().open();
    }

    /**
     * Returns the number of spans that are certainly lost, in gaps closed since the start.
     *
     * @return a count
     */
    public long lostSpans() {
        return facts.recovery.gaps().lostSpans();
    }

    /**
     * Returns the number of spans in which posts may be missing, in gaps closed since the start.
     *
     * @return a count
     */
    public long doubtfulSpans() {
        return facts.recovery.gaps().doubtfulSpans();
    }

    /**
     * Returns the number of posts recovered in gaps closed since the start.
     *
     * @return a count
     */
    public long recovered() {
        Recovery.Gaps gaps = facts.recovery.gaps();
        return gaps.byBackfill() + gaps.byJobs() + gaps.bySearch();
    }

    /**
     * Returns the number of posts recovered in one way, in gaps closed since the start.
     *
     * @param method {@link Origin#BACKFILL}, {@link Origin#RECOVERY_JOB} or {@link Origin#SEARCH}
     * @return a count; 0 for any other origin
     */
    public long recovered(Origin method) {
        Recovery.Gaps gaps = facts.recovery.gaps();
        return switch (method) {
            case BACKFILL -> gaps.byBackfill();
            case RECOVERY_JOB -> gaps.byJobs();
            case SEARCH -> gaps.bySearch();
            case LIVE, DEAD_LETTER -> 0;
        };
    }

    /**
     * Returns the number of posts that search has bought since the start. X bills $0.005 for each.
     *
     * @return a count
     */
    public long bought() {
        return facts.recovery.bought().sinceStart();
    }

    /**
     * Returns the number of posts that search has bought on this UTC day, by all processes of the stream.
     *
     * @return a count
     */
    public long boughtToday() {
        return facts.recovery.bought().today();
    }

    /**
     * Returns the spending limit: how many posts search may buy per gap and per UTC day.
     *
     * @return empty if X bills no posts to this account, or if the stream has no recovery or has not started
     */
    public OptionalLong boughtMax() {
        long max = facts.recovery.bought().maxPosts();
        return max < 0 ? OptionalLong.empty() : OptionalLong.of(max);
    }

    /**
     * Returns the number of this process among those that have held a shared state.
     *
     * @return 0 with a state directory, without a state, and while the stream stands by
     */
    public long term() {
        return facts.recovery.term();
    }

    /**
     * Returns the number of acknowledged posts of one origin.
     *
     * @param origin where the posts came from
     * @return a count
     */
    public long handled(Origin origin) {
        return facts.handling.acknowledged(origin);
    }

    /**
     * Returns how long after their creation live posts were acknowledged, in the last minute or two. X's delay counts,
     * and so does a difference between X's clock and this machine's.
     *
     * @param quantile such as 0.99: the share of the posts that were at least as quick
     * @return at most an eighth too long; empty if no live post was acknowledged recently
     */
    public Optional<Duration> lag(double quantile) {
        return facts.handling.lag(checked(quantile));
    }

    /**
     * Returns how often the handler was called.
     *
     * @return a count of calls, each with one post or one batch
     */
    public long handlerCalls() {
        return facts.handling.calls();
    }

    /**
     * Returns how much time all calls of the handler have taken.
     *
     * @return a sum
     */
    public Duration handlerTime() {
        return facts.handling.callTime();
    }

    /**
     * Returns how long a call of the handler took, in the last minute or two.
     *
     * @param quantile such as 0.99: the share of the calls that were at least as quick
     * @return at most an eighth too long; empty if the handler was not called recently
     */
    public Optional<Duration> handlerTime(double quantile) {
        return facts.handling.callTime(checked(quantile));
    }

    private static double checked(double quantile) {
        if (quantile > 0 && quantile <= 1) return quantile;
        throw new IllegalArgumentException("quantile is " + quantile + ". It must be above 0 and at most 1.");
    }

    /**
     * Returns how often a connection has ended in one way.
     *
     * @param connection 1 or 2
     * @param cause the way
     * @return a count
     */
    public long disconnections(int connection, Disconnection.Cause cause) {
        return facts.endings.ended(checked(connection), cause);
    }

    /**
     * Returns how often a connection could not be opened, for one reason.
     *
     * @param connection 1 or 2
     * @param cause the reason
     * @return a count
     */
    public long failedConnects(int connection, Disconnection.Cause cause) {
        return facts.endings.failed(checked(connection), cause);
    }

    private static int checked(int connection) {
        if (connection == 1 || connection == 2) return connection;
        throw new IllegalArgumentException("connection is " + connection + ". It must be 1 or 2.");
    }

    /**
     * Returns how the stream is doing, in one word.
     *
     * @return the worst condition that holds
     */
    public Condition condition() {
        return Condition.of(
                facts.state, facts.sinceLastSignal, openGaps() > 0, facts.deadLettered > 0, facts.handlerDown);
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

    /** Says in one word how a stream is doing. If several conditions hold, the worst one counts: the last in this list. */
    public enum Condition {
        /** Posts arrive, and nothing is missing. */
        HEALTHY,
        /** Another process holds the stream. This one takes over if that one ends. */
        STANDING_BY,
        /**
         * No connection is up, a gap is open, the handler is down, or a post was dead-lettered. The stream mends itself,
         * except for dead letters.
         */
        DEGRADED,
        /** No signal has arrived for 60 seconds, or the stream has ended, or the first signal has not arrived yet. */
        STALE,
        /** The stream waits for a person: X lets nothing through, because of credits, a usage cap or a refusal. */
        PARKED;

        private static final Duration FRESH = Duration.ofSeconds(60);

        /**
         * Decides the condition from what is known of a stream.
         *
         * @param state what the stream is doing
         * @param signalAge how old the last signal is; empty if there was none
         * @param gapsAreOpen whether any gap has no verdict
         * @param hasDeadLetters whether any post was dead-lettered
         * @param handlerDown whether the handler is down
         * @return the worst condition that holds
         */
        public static Condition of(
                State state,
                Optional<Duration> signalAge,
                boolean gapsAreOpen,
                boolean hasDeadLetters,
                boolean handlerDown) {
            switch (state) {
                case PARKED:
                    return PARKED;
                case STANDING_BY:
                    return STANDING_BY;
                case FAILED, CLOSED, NEW:
                    return STALE;
                case SYNCING_RULES, CONNECTING, BACKING_OFF, LIVE:
                    break;
            }
            if (isOld(signalAge)) return STALE;
            boolean flawed = gapsAreOpen || hasDeadLetters || handlerDown;
            return state == State.LIVE && !flawed ? HEALTHY : DEGRADED;
        }

        /**
         * Returns whether the last signal is too old for a stream that works.
         *
         * @param signalAge how old the last signal is; empty if there was none
         * @return true if it is older than 60 seconds, or if there was none
         */
        public static boolean isOld(Optional<Duration> signalAge) {
            return signalAge.filter(age -> age.compareTo(FRESH) <= 0).isEmpty();
        }
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
