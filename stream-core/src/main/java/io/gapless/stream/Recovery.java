package io.gapless.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.XApi;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Recovers the posts of outages beside a stream that stays connected, for builders that add a recovery. The stream
 * reports what happens to its connections, asks what the next connect is to request, and calls {@link Work#step}. All
 * calls come from the stream's own thread, so an implementation needs no locks, but must not block. By default, each
 * method does nothing and requests nothing.
 */
public interface Recovery extends Work {
    /** Recovers nothing: outages are reported, and their posts are lost. */
    Recovery NONE = new Recovery() {};

    /**
     * Called once, before the stream starts.
     *
     * @param host what the stream does for its recovery
     */
    default void begin(Host host) {}

    /**
     * Returns what X accepted in earlier runs of the process.
     *
     * @return the last note that {@link #accepted} received; empty if there was none
     */
    default String acceptedBefore() {
        return "";
    }

    /**
     * Called when X has accepted something for the first time, or has refused it since.
     *
     * @param note the text to remember, without any secret; replaces the last one
     */
    default void accepted(String note) {}

    /**
     * Called when rules were deleted before others could be added, because X had no room for both.
     *
     * @param from when the first rule was deleted, by this machine's clock
     * @param until when the last rule was added
     */
    default void rulesReplaced(Instant from, Instant until) {}

    /**
     * Called when the rules on X were listed.
     *
     * @param at when they were requested, by this machine's clock
     * @param held all rules of the app
     */
    default void rulesSeen(Instant at, List<Rule> held) {}

    /**
     * Returns when X last held all rules of this owner, as an earlier process of the stream knew it.
     *
     * @param wanted the rules of this owner
     * @return what {@link #rulesHeld} received last; empty if it received nothing, or if the rules were others then
     */
    default Optional<HeldRules> rulesHeldBefore(RuleSet wanted) {
        return Optional.empty();
    }

    /**
     * Called when X was seen to hold all rules of this owner.
     *
     * @param held when, and as which rules of X
     * @param wanted the rules of this owner
     */
    default void rulesHeld(HeldRules held, RuleSet wanted) {}

    /**
     * Called when rules of this owner were missing on X and have been added back, by whomever.
     *
     * @param lastSeenAt when X last held all of them, by this machine's clock
     */
    default void rulesMissing(Instant lastSeenAt) {}

    /**
     * Returns what the next connect is to request; called before each connect.
     *
     * @param connection 1 or 2
     * @return the backfill to request; empty for a connect without one
     */
    default Optional<Backfill> backfill(int connection) {
        return Optional.empty();
    }

    /**
     * Returns whether a second connection is to be opened, if the settings allow it.
     *
     * @param connection 1 or 2
     * @return true by default; asked about once a second
     */
    default boolean wantsSecond(int connection) {
        return true;
    }

    /**
     * Called when a connection is up: X has answered 200, and X's first line has arrived. Until then the answer may
     * come from a server in between, and cannot be relied on.
     *
     * @param connection 1 or 2
     * @param head X's answer, with X's clock
     * @param answeredAt when the answer arrived, by this machine's clock
     */
    default void connected(int connection, Head head, Instant answeredAt) {}

    /**
     * Called when a line can be read again, after a time in which none could be, on a connection that stayed up. What X
     * sent meanwhile is missing.
     *
     * @param connection 1 or 2
     * @param lastSignalAt when the last signal before arrived, by this machine's clock
     */
    default void unreadable(int connection, Instant lastSignalAt) {}

    /**
     * Called when a single line could not be read.
     *
     *
     * @param connection 1 or 2
     * @param line the line
     */
    default void unreadable(int connection, UnreadLine line) {}

    /**
     * Called when X has refused a connect.
     *
     * @param connection 1 or 2
     * @param how the refusal
     * @return whether the next connect will request something else, so that it can be made at once
     */
    default boolean isOtherwise(int connection, Disconnection.Refused how) {
        return false;
    }

    /**
     * Called when a connection that was up has ended.
     *
     * @param connection 1 or 2
     * @param how the ending
     * @param lastSignalAt the time up to which everything had arrived, by this machine's clock: that of the last
     *     readable line or keep-alive, notices excepted; within a minute after a pause in reading, the last post's time
     *     of creation, since what is read then may have been sent long before
     * @param slowReader whether reading had stopped within the minute before
     */
    default void ended(int connection, Disconnection how, Instant lastSignalAt, boolean slowReader) {}

    /**
     * Called when live posts are lost before the handler received them, because the {@link Overflow} could not be read.
     *
     * @param oldest when the oldest of them was created; all were created before now
     */
    default void lost(Instant oldest) {}

    /**
     * Called when this machine's clock was set, by so little that the connections continue. A machine that was
     * suspended for so short a time looks the same.
     *
     * @param by how far the clock jumped ahead; negative if it jumped back
     */
    default void clockSet(Duration by) {}

    /**
     * Returns what has become of the gaps so far. Called after each step, so it must be quick.
     *
     * @return the account
     */
    default Account account() {
        return Account.NONE;
    }

    /**
     * Called when the connect budget was charged. X counts connects per app, so the next process must charge them, too.
     *
     * @param connects how many connects were charged; -1 if the last one is refunded, because it never reached X
     */
    default void charged(int connects) {}

    /** Called before {@link #end} if the stream gives up because it was refused for good. */
    default void givenUp() {}

    /**
     * Called once when the stream has ended, also if its thread has died: ends whatever is running, and
     * lets nobody wait for it.
     */
    default void end() {}

    @Override
    default long step(long nowNanos) {
        return UNTIL_WOKEN;
    }

    /**
     * The backfill that a connect requests.
     *
     * @param minutes the {@code backfill_minutes}, 1 to 5
     * @param source counts what was created before the connect
     */
    record Backfill(int minutes, Source source) {}

    /**
     * All rules of this owner, as X holds them.
     *
     * @param at when they were requested, by this machine's clock
     * @param ids X's ids of them; a rule that is deleted and added again has another one
     */
    record HeldRules(Instant at, Set<String> ids) {
        /**
         * Copies the ids.
         *
         * @param at when they were requested
         * @param ids X's ids of them
         */
        public HeldRules {
            ids = Set.copyOf(ids);
        }
    }

    /**
     * What has become of the gaps since the start.
     *
     * @param openGaps gaps without a verdict
     * @param lostSpans spans that are certainly lost
     * @param doubtfulSpans spans in which posts may be missing
     * @param recovered posts that were recovered
     */
    record Account(int openGaps, long lostSpans, long doubtfulSpans, long recovered) {
        /** No gap yet. */
        public static final Account NONE = new Account(0, 0, 0, 0);
    }

    /** What a stream does for its recovery. Call it on the stream's thread only, except {@link #execute} and {@link #died}. */
    interface Host {
        /**
         * Returns the stream's clocks.
         *
         *
         * @return the clocks
         */
        Time time();

        /**
         * Returns the client for X's API.
         *
         *
         * @return the client, for short calls; their futures complete on other threads
         */
        XApi api();

        /**
         * Runs a task on the stream's thread. May be called from any thread.
         *
         * @param task the task
         */
        void execute(Runnable task);

        /**
         * Ends the stream as failed, because a thread of the recovery has died. May be called from any thread, and
         * needs no memory.
         *
         * @param cause the error that ended the thread
         */
        void died(Throwable cause);

        /**
         * Reports an event to the listener and to the log.
         *
         * @param event the event
         */
        void event(StreamEvent.OfRecovery event);

        /**
         * Returns the connections that are up.
         *
         * @return a snapshot of each
         */
        List<LiveConnection> live();

        /**
         * Opens a recovery job, if the connect budget allows it.
         *
         * @param start X's {@code start_time}, whole seconds
         * @param end X's {@code end_time}, whole seconds
         * @param source counts its posts
         * @param listener receives what happens to the job
         * @return 0 if the job is being opened; otherwise the nanoseconds until the budget allows it, or {@link
         *     Work#UNTIL_WOKEN} if the stream has ended
         */
        long openJob(Instant start, Instant end, Source source, JobListener listener);

        /** Lists the rules on X as soon as a connection is up. {@link Recovery#rulesSeen} receives the list. */
        void lookAtRules();

        /**
         * Charges the connect budget for connects of an earlier process. Call it only within {@link Recovery#begin},
         * oldest connects first.
         *
         * @param connects the number of connects
         * @param ago how long ago they were made
         */
        void chargeEarlier(int connects, Duration ago);

        /**
         * Adds posts to the inbox that did not arrive on a stream. They are taken whether there is room or not, so the
         * caller bounds them. Does not wait.
         *
         * @param posts the posts, each with its source, which is not live
         */
        void offer(List<Post> posts);

        /**
         * Remembers ids, so that repeats of their posts are dropped from now on. If a post is older than an hour, its time
         * must be pinned.
         *
         * @param ids the ids of posts that were acknowledged; not copied. For many, call it again after {@code
         *     whenTaken}
         * @param whenTaken called once, on any thread, when repeats are dropped
         */
        void remember(long[] ids, Runnable whenTaken);

        /**
         * Sets the times for which ids are not forgotten.
         *
         * @param spans times of creation whose posts are being fetched; replaces the earlier ones
         */
        void pin(List<Pin> spans);

        /**
         * Returns whether {@code seenMaxBytes} has room for the ids of more posts. Updated once a minute, and when ids are
         * remembered.
         *
         * @return false while the ids that are pinned take up half of it
         */
        boolean hasRoomForIds();

        /**
         * Returns when the oldest live post that is not acknowledged yet was created. Posts of recovery jobs and of
         * search do not count.
         *
         * @param otherwise what to return if there is no such post
         * @return the time of creation
         */
        Instant oldestUnacknowledged(Instant otherwise);
    }

    /**
     * A connection that is up.
     *
     * @param connection 1 or 2
     * @param lastSignalAt the time up to which everything has arrived, as for {@link #ended}
     * @param lastKeepAliveAt when the last keep-alive arrived; {@link Instant#MIN} before the first
     * @param oldestPostAt when the oldest of its posts was created; {@link Instant#MAX} before the first post
     * @param newestPostAt when the newest of its posts was created; {@link Instant#MIN} before the first post
     * @param slowReader whether reading had stopped within the last minute, because the inbox was full
     */
    record LiveConnection(
            int connection,
            Instant lastSignalAt,
            Instant lastKeepAliveAt,
            Instant oldestPostAt,
            Instant newestPostAt,
            boolean slowReader) {}

    /**
     * Receives what happens to a recovery job, on the stream's thread: {@code opening}, {@code answered} or not, {@code
     * confirmed} or not, then {@code ended}.
     */
    interface JobListener {
        /**
         * Called when the job is being opened.
         *
         *
         * @param job the job
         */
        void opening(Job job);

        /** Called when X, or a server in between, has answered 200. */
        void answered();

        /**
         * Called when X's first line has arrived.
         *
         * @param head X's answer
         * @param answeredAt when the answer arrived, by this machine's clock
         */
        void confirmed(Head head, Instant answeredAt);

        /** Called when no line could be read for a time, or many could not be read, so that posts are missing. */
        void unreadable();

        /**
         * Called when a single line could not be read.
         *
         *
         * @param line the line
         */
        void unreadable(UnreadLine line);

        /**
         * Called when X has sent a message about the job.
         *
         *
         * @param info the message
         */
        void info(JsonNode info);

        /**
         * Called when the job has ended. Its posts may still wait for the handler.
         *
         *
         * @param how the ending; an orderly one does not prove that everything was sent
         */
        void ended(Disconnection how);
    }

    /** A recovery job that is running. */
    interface Job {
        /**
         * Returns how far the job has come.
         *
         *
         * @return when the newest of its posts was created; {@link Instant#MIN} before the first
         */
        Instant newestPostAt();

        /** Ends the job. {@link JobListener#ended} is called. */
        void cancel();
    }
}
