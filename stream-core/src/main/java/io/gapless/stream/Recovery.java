package io.gapless.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.XApi;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * For builders that add a recovery: recovers what outages cost, beside a stream that stays connected. The stream tells it what happens to its connections,
 * asks what the next connect shall request, and calls its {@link Work#step}; all on the stream's own thread, so that an
 * implementation needs no locks and must not block. What it does not implement is as without a recovery: it does nothing
 * and asks for nothing.
 */
public interface Recovery extends Work {
    /** No recovery: outages are told, and what they cost stays lost. */
    Recovery NONE = new Recovery() {};

    /**
     * The stream is about to start.
     *
     * @param host what it does for its recovery
     */
    default void begin(Host host) {}

    /**
     * What X accepted in earlier lives of the process.
     *
     * @return the last note that {@link #accepted} was given; empty if there is none
     */
    default String acceptedBefore() {
        return "";
    }

    /**
     * X has accepted something that it had not accepted before, or refused it.
     *
     * @param note all that is to be remembered, without any secret; replaces the last one
     */
    default void accepted(String note) {}

    /**
     * Rules were deleted before others could be added, since X had no room for both.
     *
     * @param from when the first was deleted, by this machine's clock
     * @param until when the last was added
     */
    default void rulesReplaced(Instant from, Instant until) {}

    /**
     * X's rules were listed.
     *
     * @param at when they were asked for, by this machine's clock
     * @param held all rules of the app
     */
    default void rulesSeen(Instant at, List<Rule> held) {}

    /**
     * Rules of ours were missing on X, and were added again now.
     *
     * @param lastSeenAt when X last held all of them, by this machine's clock
     */
    default void rulesMissing(Instant lastSeenAt) {}

    /**
     * A connect is about to be made.
     *
     * @param connection 1 or 2
     * @return the backfill to ask for, or empty for none
     */
    default Optional<Backfill> backfill(int connection) {
        return Optional.empty();
    }

    /**
     * Whether a connection beside one that is up shall be opened, as far as settings allow it.
     *
     * @param connection 1 or 2
     * @return true unless implemented; asked about once a second
     */
    default boolean wantsSecond(int connection) {
        return true;
    }

    /**
     * A connection is up: X has answered 200, and the first line that is X's has come. Until then the answer may be
     * somebody else's, and nothing of it is to be believed.
     *
     * @param connection 1 or 2
     * @param head X's answer, with X's clock
     * @param answeredAt when the answer came, by this machine's clock
     */
    default void connected(int connection, Head head, Instant answeredAt) {}

    /**
     * Lines of a connection that stays up could not be read for a while, and now one could be. What X has sent meanwhile
     * is missing.
     *
     * @param connection 1 or 2
     * @param heardAt the last line or keep-alive before, by this machine's clock
     */
    default void unreadable(int connection, Instant heardAt) {}

    /**
     * A line could not be read; those around it could be.
     *
     * @param connection 1 or 2
     * @param line what is known of it
     */
    default void unreadable(int connection, UnreadLine line) {}

    /**
     * X has refused a connect.
     *
     * @param connection 1 or 2
     * @param how the refusal
     * @return whether the next connect will ask otherwise, so that it shall be made at once
     */
    default boolean isOtherwise(int connection, Disconnection.Refused how) {
        return false;
    }

    /**
     * A connection that was up has ended.
     *
     * @param connection 1 or 2
     * @param how the ending
     * @param lastSignalAt up to when all had come, by this machine's clock: the last line that could be read or keep-alive,
     *     but for a notice; within a minute after a pause, the last post's creation, since what is read then may have been
     *     sent long before
     * @param slowReader whether we had stopped reading within the minute before
     */
    default void ended(int connection, Disconnection how, Instant lastSignalAt, boolean slowReader) {}

    /**
     * Posts that had come live are lost before the handler had them, because the {@link Overflow} could not be read back.
     *
     * @param oldest when the oldest of them was created; all were before now
     */
    default void lost(Instant oldest) {}

    /**
     * This machine's clock was set, by less than what ends the connections: these live on, and no answer of X tells its
     * time anew. A machine that was suspended for so short a time looks the same.
     *
     * @param by how far the clock went ahead; negative if it was set back
     */
    default void clockSet(Duration by) {}

    /**
     * Returns what has become of the gaps so far; asked after each step, so it must be quick.
     *
     * @return the account
     */
    default Account account() {
        return Account.NONE;
    }

    /**
     * The connect budget was charged. Connects count for the app, so the next process must know of them.
     *
     * @param connects how many connects were charged; -1 if the last one is refunded, because it never reached X
     */
    default void charged(int connects) {}

    /** The stream has ended: whatever is under way is called off. Called once, after {@link #begin}, unless the thread died. */
    default void end() {}

    @Override
    default long step(long nowNanos) {
        return UNTIL_WOKEN;
    }

    /**
     * What a connect asks for again.
     *
     * @param minutes the {@code backfill_minutes}, 1 to 5
     * @param source counts what was created before the connect
     */
    record Backfill(int minutes, Source source) {}

    /**
     * What has become of gaps since the start.
     *
     * @param openGaps gaps without a verdict
     * @param lostSpans spans that are certainly lost
     * @param doubtfulSpans spans of which posts may be missing
     * @param recovered posts that were recovered
     */
    record Account(int openGaps, long lostSpans, long doubtfulSpans, long recovered) {
        /** No gap yet. */
        public static final Account NONE = new Account(0, 0, 0, 0);
    }

    /** What a stream does for its recovery. To be called on the stream's thread only, but for {@link #tell} and {@link #died}. */
    interface Host {
        /**
         * Time.
         *
         * @return the stream's own
         */
        Time time();

        /**
         * X's API.
         *
         * @return for short calls; their futures complete on other threads
         */
        XApi api();

        /**
         * Has something done on the stream's thread; from any thread.
         *
         * @param mail what
         */
        void tell(Runnable mail);

        /**
         * Ends the stream as failed, because a thread of the recovery's own has died; from any thread, and without need
         * of memory.
         *
         * @param cause what it died of
         */
        void died(Throwable cause);

        /**
         * Reports an event to listeners and log.
         *
         * @param event the event
         */
        void event(StreamEvent.OfRecovery event);

        /**
         * The connections that are up.
         *
         * @return a view of each, as of now
         */
        List<LiveConnection> live();

        /**
         * Opens a Recovery job, if the connect budget allows.
         *
         * @param start X's {@code start_time}, whole seconds
         * @param end X's {@code end_time}, whole seconds
         * @param source counts its posts
         * @param listener told what happens to it
         * @return nanoseconds until the budget allows it, {@link Work#UNTIL_WOKEN} once the stream has ended; 0 if the
         *     job is being opened
         */
        long openJob(Instant start, Instant end, Source source, JobListener listener);

        /** Has the rules on X listed as soon as a connection is up; {@link Recovery#rulesSeen} gets the list. */
        void lookAtRules();

        /**
         * Charges the connect budget for connects of an earlier process. Call it within {@link Recovery#begin} only, for
         * the oldest first.
         *
         * @param connects how many
         * @param ago how long ago they were made
         */
        void chargeEarlier(int connects, Duration ago);

        /**
         * Hands posts to the inbox that came another way.
         *
         * @param posts parsed with their source
         * @param whenRoom run once, on any thread, when there is room again; only if this returns false
         * @return whether there is room for more; these are taken either way
         */
        boolean offer(List<Post> posts, Runnable whenRoom);

        /**
         * Makes an id known as seen, for posts that come from now on. Its time must be pinned, if it is long ago.
         *
         * @param id of a post that was acknowledged in an earlier life
         */
        void remember(long id);

        /**
         * Keeps ids known.
         *
         * @param spans times of creation for which ids must not be forgotten, because posts of then are being fetched
         */
        void pin(List<Pin> spans);

        /**
         * Whether ids of more posts can be kept known within {@code seenMaxBytes}; looked at once a minute.
         *
         * @return false while the ids that are pinned take up half of it
         */
        boolean hasRoomForIds();

        /**
         * What has come on the live connections and is not done with. Posts of jobs and of search don't count: their
         * source is not settled.
         *
         * @param otherwise what to return if there is nothing
         * @return when the oldest such post was created
         */
        Instant oldestUnacknowledged(Instant otherwise);
    }

    /**
     * A span of creation times.
     *
     * @param from the first moment
     * @param until the first moment after it
     */
    record Pin(Instant from, Instant until) {}

    /**
     * A connection that is up.
     *
     * @param connection 1 or 2
     * @param lastSignalAt up to when all has come, as of {@link #ended}
     * @param lastKeepAliveAt when the last keep-alive came; {@link Instant#MIN} before the first
     * @param oldestPostAt when the oldest of its posts was created; {@link Instant#MAX} before the first that tells
     * @param newestPostAt when the newest of its posts was created; {@link Instant#MIN} before the first that tells
     * @param paused whether it is not being read because the inbox is full
     */
    record LiveConnection(
            int connection,
            Instant lastSignalAt,
            Instant lastKeepAliveAt,
            Instant oldestPostAt,
            Instant newestPostAt,
            boolean paused) {}

    /**
     * Is told what happens to a job, on the stream's thread: {@code opening}, {@code answered} or not, {@code confirmed} or
     * not, then {@code ended}.
     */
    interface JobListener {
        /**
         * X is being asked.
         *
         * @param job the job
         */
        void opening(Job job);

        /** X, or something in its place, has answered 200. */
        void answered();

        /**
         * The first line that is X's has come.
         *
         * @param head X's answer
         * @param answeredAt when it came, by this machine's clock
         */
        void confirmed(Head head, Instant answeredAt);

        /** Lines could not be read for a while, or many: what it brings is not all. */
        void unreadable();

        /**
         * A line could not be read; those around it could be.
         *
         * @param line what is known of it
         */
        void unreadable(UnreadLine line);

        /**
         * X says something about the job.
         *
         * @param info the line
         */
        void info(JsonNode info);

        /**
         * The job is over. Its posts may still be under way to the handler.
         *
         * @param how the ending; a clean one proves nothing
         */
        void ended(Disconnection how);
    }

    /** A job under way. */
    interface Job {
        /**
         * How far it has come.
         *
         * @return when the newest post was created that it has brought; {@link Instant#MIN} before the first
         */
        Instant newestPostAt();

        /** Ends it from our side; {@code ended} is told. */
        void cancel();
    }
}
