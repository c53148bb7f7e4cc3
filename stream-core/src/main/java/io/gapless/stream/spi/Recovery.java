package io.gapless.stream.spi;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.XApi;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
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
 * Recovers the posts of outages while the stream stays connected, for builders that add a recovery. The stream reports
 * to the recovery what happens to the connections, asks it what the next connect is to request, and calls {@link
 * Work#step}. All calls come from the stream's own thread, so an implementation needs no locks, but must not block. By
 * default, each method does nothing and requests nothing.
 */
public interface Recovery extends Work {
    /** Recovers nothing: outages are reported, and their posts are lost. */
    Recovery NONE = new Recovery() {};

    /**
     * Called once, when the stream starts.
     *
     * @param host offers what the stream does for its recovery
     * @return true if the stream must stand by, because another host may hold it; {@link Host#begin} ends that
     */
    default boolean standsBy(Host host) {
        return false;
    }

    /**
     * Called once, before the stream connects.
     *
     * @param host offers what the stream does for its recovery
     */
    default void begin(Host host) {}

    /**
     * Returns the note of what X accepted in earlier processes of this stream.
     *
     * @return the last note that {@link #accepted} received; empty if there was none
     */
    default String acceptedBefore() {
        return "";
    }

    /**
     * Called when the note of what X accepts and refuses has changed. It changes when X accepts an address, token,
     * request or rule set for the first time, or again after more than 6 h. It also changes when X begins or stops to
     * refuse a token.
     *
     * @param note the text to remember, without any secret; replaces the earlier note
     */
    default void accepted(String note) {}

    /**
     * Called when rules were deleted before others could be added, because X had no room for both.
     *
     * @param from when the first rule was deleted, by this machine's clock
     * @param until when the last rule was added, by this machine's clock
     */
    default void rulesReplaced(Instant from, Instant until) {}

    /**
     * Called when X has answered a request for its list of the rules, before the calls that report what the list shows.
     *
     * @param answer X's answer, with X's clock
     */
    default void rulesListed(Accepted answer) {}

    /**
     * Called when the rules on X were listed.
     *
     * @param at when the list was requested, by this machine's clock
     * @param held all rules of the app
     */
    default void rulesSeen(Instant at, List<Rule> held) {}

    /**
     * Returns when X last held all rules of this owner, as an earlier process of the stream recorded it.
     *
     * @param wanted the rules of this owner
     * @return the first argument of the last call of {@link #rulesHeld}; empty if there was no call, or if other rules
     *     were wanted at the last call
     */
    default Optional<HeldRules> rulesHeldBefore(RuleSet wanted) {
        return Optional.empty();
    }

    /**
     * Called when X was seen to hold all rules of this owner.
     *
     * @param held when X held the rules, and their ids on X
     * @param wanted the rules of this owner
     */
    default void rulesHeld(HeldRules held, RuleSet wanted) {}

    /**
     * Called when rules of this owner were missing on X and have been added back, by this program or another.
     *
     * @param lastSeenAt when X last held all of them, by this machine's clock
     */
    default void rulesMissing(Instant lastSeenAt) {}

    /**
     * Returns whether a stream that stands by keeps a connection meanwhile. Called about once a second.
     *
     * @return false by default
     */
    default boolean connectsWhileStandingBy() {
        return false;
    }

    /**
     * Returns the backfill that the next connect is to request. Called before each connect.
     *
     * @param connection the connection to open, 1 or 2
     * @return the backfill to request; empty for a connect without one
     */
    default Optional<Backfill> backfill(int connection) {
        return Optional.empty();
    }

    /**
     * Returns whether the stream is to open a second connection beside the one that is up, if the settings allow a
     * second connection.
     *
     * @param connection the connection to open, 1 or 2
     * @return true by default; the stream calls this method about once a second
     */
    default boolean wantsSecond(int connection) {
        return true;
    }

    /**
     * Called when a connection is up: X has answered 200, and X's first line has arrived. Before X's first line, the
     * answer may come from a server in between, and cannot be relied on.
     *
     * @param connection 1 or 2
     * @param answer X's answer, with X's clock
     */
    default void connected(int connection, Accepted answer) {}

    /**
     * Called when a line can be read again after a span of unreadable lines, on a connection that stayed up. What X
     * sent in this span is missing.
     *
     * @param connection 1 or 2
     * @param lastSignalAt when the last signal before the span arrived, by this machine's clock
     */
    default void unreadable(int connection, Instant lastSignalAt) {}

    /**
     * Called for each unreadable line of a connection, if it does not belong to a span of unreadable lines.
     *
     * @param connection 1 or 2
     * @param line the unreadable line
     */
    default void unreadable(int connection, UnreadLine line) {}

    /**
     * Called when X has refused a connect.
     *
     * @param connection 1 or 2
     * @param how the refusal
     * @return whether the next connect will send another request, such as one without the backfill, so that it needs no
     *     wait
     */
    default boolean willAskDifferently(int connection, Disconnection.Refused how) {
        return false;
    }

    /**
     * Called when a connection that was up has ended.
     *
     * @param connection 1 or 2
     * @param how the ending
     * @param lastSignalAt the time up to which everything had arrived, by this machine's clock. Usually this is when
     *     the last readable line or keep-alive arrived; notices do not count. After a pause in reading, until a signal
     *     arrives more than a minute later, this is the creation time of the newest post, because lines that are read
     *     until then may have been sent long before
     * @param slowReader whether reading was paused when the connection ended, or no signal had arrived more than a minute
     *     after a pause
     */
    default void ended(int connection, Disconnection how, Instant lastSignalAt, boolean slowReader) {}

    /**
     * Called when a connect has failed although X had answered 200, because reading was paused before X's first line was
     * read. X may have dropped posts that it could not send. A backfill of a later connect does not return them.
     *
     * @param connection 1 or 2
     */
    default void failedAfterPause(int connection) {}

    /**
     * Called when reading from a live connection is paused, because the inbox is full. X may then drop posts and end the
     * connection, and a backfill does not return these posts.
     */
    default void paused() {}

    /**
     * Returns whether reading from X may be paused. Called in each step.
     *
     * @return true by default; while false, the stream closes each connection whose reading is paused, and does not
     *     connect while the inbox is full
     */
    default boolean mayPause() {
        return true;
    }

    /**
     * Called when live posts are lost before the handler received them, because the {@link Overflow} could not be read.
     *
     * @param oldest when the oldest of these posts was created; all of them were created before this call
     */
    default void lost(Instant oldest) {}

    /**
     * Called when this machine's clock jumped, and the connections continue: the clock was set back, or was set ahead
     * by less than the stall timeout. If the machine was suspended for such a short time, the clock seems to have been
     * set ahead.
     *
     * @param by how far the clock jumped ahead; negative if it jumped back
     */
    default void clockSet(Duration by) {}

    /**
     * Returns the counts of all gaps since the start. Called after each step, so this method must be quick.
     *
     * @return the counts
     */
    default Account account() {
        return Account.NONE;
    }

    /**
     * Called when the connect budget was charged. X counts connects per app, so the next process must charge these
     * connects to its own budget, too.
     *
     * @param connects how many connects were charged; -1 if the last charge was refunded, because that connect never
     *     reached X
     */
    default void charged(int connects) {}

    /** Called before {@link #end} if the stream gives up, because a connect was refused for good. */
    default void givenUp() {}

    /**
     * Ends all work of the recovery, so that no thread waits for that work any longer. Called once, when the stream has
     * ended, also if the stream's thread has died.
     */
    default void end() {}

    @Override
    default long step(long nowNanos) {
        return UNTIL_WOKEN;
    }

    /**
     * Describes the backfill that a connect requests.
     *
     * @param minutes the {@code backfill_minutes}, 1 to 5
     * @param source counts the posts that were created before the connect
     */
    record Backfill(int minutes, Source source) {}

    /**
     * Holds the answer with which X has accepted a request. X has written its {@code Date} between the two moments, which
     * lie far apart if the network was slow.
     *
     * @param head status and headers
     * @param askedAt when the request was sent, by this machine's clock
     * @param arrivedAt when the answer arrived, by this machine's clock
     */
    record Accepted(Head head, Instant askedAt, Instant arrivedAt) {
        /**
         * Moves both moments along with this machine's clock, which was set.
         *
         * @param by how far the clock was set ahead; negative if it was set back
         * @return the same answer, with the moments of the clock as it is now
         */
        public Accepted movedBy(Duration by) {
            return new Accepted(head, askedAt.plus(by), arrivedAt.plus(by));
        }
    }

    /**
     * Records that X held all rules of this owner.
     *
     * @param at when X held the rules, by this machine's clock; if a list showed them, when that list was requested
     * @param ids X's ids of these rules; a rule that is deleted and added again gets a new id
     */
    record HeldRules(Instant at, Set<String> ids) {
        /**
         * Copies the ids.
         *
         * @param at when X held the rules
         * @param ids X's ids of the rules
         */
        public HeldRules {
            ids = Set.copyOf(ids);
        }
    }

    /**
     * Counts what the recovery has done since the start.
     *
     * @param gaps what has become of the gaps
     * @param bought what search has bought
     * @param term the number of this process among the owners of a shared state; 0 for a state of its own
     */
    record Account(Gaps gaps, Bought bought, long term) {
        /** The counts of a stream without a recovery. */
        public static final Account NONE = new Account(new Gaps(0, 0, 0, 0, 0, 0), new Bought(0, 0, -1), 0);
    }

    /**
     * Counts what has become of the gaps since the start.
     *
     * @param open the number of gaps without a verdict
     * @param lostSpans the number of lost spans
     * @param doubtfulSpans the number of doubtful spans
     * @param byBackfill the number of posts that backfills have recovered
     * @param byJobs the number of posts that recovery jobs have recovered
     * @param bySearch the number of posts that searches have recovered
     */
    record Gaps(int open, long lostSpans, long doubtfulSpans, long byBackfill, long byJobs, long bySearch) {}

    /**
     * Counts the posts that X bills.
     *
     * @param sinceStart the number of posts bought since the start
     * @param today the number of posts bought on this UTC day, by all processes of the stream
     * @param maxPosts the spending limit per gap and day; -1 if X bills no posts to this account
     */
    record Bought(long sinceStart, long today, long maxPosts) {}

    /** Shows whether a recovery job is being opened. */
    sealed interface JobOpening {
        /** The job is being opened. {@link JobListener#opening} was called. */
        record Opening() implements JobOpening {}

        /**
         * The connect budget, or a wait that X has asked for, does not allow the job yet.
         *
         * @param waitNanos the nanoseconds until the job may be opened
         */
        record Later(long waitNanos) implements JobOpening {}

        /** The stream has ended and opens no further connection. */
        record Never() implements JobOpening {}
    }

    /**
     * Offers what a stream does for its recovery. Call its methods on the stream's thread only, except
     * {@link #execute}, {@link #died} and {@link #fail}.
     */
    interface Host {
        /**
         * Returns the stream's clocks.
         *
         * @return the clocks
         */
        Time time();

        /**
         * Returns the client for X's API.
         *
         * @return the client, for short calls; the futures of its calls complete on other threads
         */
        XApi api();

        /**
         * Runs a task on the stream's thread. May be called from any thread.
         *
         * @param task the task
         */
        void execute(Runnable task);

        /**
         * Ends the stream as failed, because a thread of the recovery has died. May be called from any thread. Needs
         * no memory.
         *
         * @param cause the error that ended the thread
         */
        void died(Throwable cause);

        /** Begins a stream that stands by. */
        void begin();

        /**
         * Ends the stream as failed, because a person or a supervisor must do something. May be called from any thread.
         *
         * @param why what happened, and what to change
         */
        void fail(StreamException why);

        /**
         * Reports an event to the listener and to the log.
         *
         * @param event the event
         */
        void event(StreamEvent.OfRecovery event);

        /**
         * Returns the connections that are up.
         *
         * @return a snapshot of each connection
         */
        List<LiveConnection> live();

        /**
         * Opens a recovery job, if the connect budget allows it.
         *
         * @param start X's {@code start_time}, whole seconds
         * @param end X's {@code end_time}, whole seconds
         * @param source counts the posts of the job
         * @param listener receives what happens to the job
         * @return whether the job is being opened, and if not, why
         */
        JobOpening openJob(Instant start, Instant end, Source source, JobListener listener);

        /** Lists the rules on X as soon as a connection is up. {@link Recovery#rulesSeen} receives the list. */
        void lookAtRules();

        /**
         * Charges the connect budget for connects of an earlier process. Call it only within {@link Recovery#begin}.
         *
         * @param connects the number of connects
         * @param ago how long ago the connects were made
         */
        void chargeEarlier(int connects, Duration ago);

        /**
         * Adds posts that did not arrive on a stream to the inbox. The inbox takes them even without room, so the
         * caller must limit their number. Does not wait.
         *
         * @param posts the posts, each with its source, which is not live
         */
        void offer(List<ReceivedPost> posts);

        /**
         * Remembers ids, so that other copies of their posts are dropped as duplicates. For a post older than an
         * hour, {@link #pin} its time of creation first.
         *
         * @param ids the ids of posts that were acknowledged; not copied. Pass many ids in parts, each after the
         *     {@code whenTaken} of the part before
         * @param whenTaken called once, on any thread, when the ids are remembered
         */
        void remember(long[] ids, Runnable whenTaken);

        /**
         * Sets the spans whose ids are not forgotten.
         *
         * @param spans the times of creation of posts that are being recovered; replaces the earlier spans
         */
        void pin(List<Pin> spans);

        /**
         * Returns whether {@code seenMaxBytes} has room for the ids of more posts. Updated once a minute, and when
         * ids are remembered.
         *
         * @return false while the ids of pinned spans take up more than half of {@code seenMaxBytes}
         */
        boolean hasRoomForIds();

        /**
         * Returns when the oldest live post that is not acknowledged yet was created. Recovered posts do not count,
         * except those of a backfill, as far as they are needed: see {@link Source#neededFromMillis}.
         *
         * @param otherwise the time to return if there is no such post, or if all such posts were created later
         * @return the time of creation
         */
        Instant oldestUnacknowledged(Instant otherwise);
    }

    /**
     * Describes a connection that is up.
     *
     * @param connection 1 or 2
     * @param lastSignalAt the time up to which everything has arrived, as for {@link #ended}
     * @param lastKeepAliveAt when the last keep-alive arrived; {@link Instant#MIN} before the first keep-alive
     * @param oldestPostAt when the oldest of its posts was created; {@link Instant#MAX} before the first post
     * @param newestPostAt when the newest of its posts was created; {@link Instant#MIN} before the first post
     * @param slowReader whether reading is paused because the inbox is full, or no signal has arrived more than a minute
     *     after a pause
     */
    record LiveConnection(
            int connection,
            Instant lastSignalAt,
            Instant lastKeepAliveAt,
            Instant oldestPostAt,
            Instant newestPostAt,
            boolean slowReader) {}

    /**
     * Receives what happens to a recovery job, on the stream's thread. The order of the calls is {@code opening},
     * {@code answered} if there is an answer, {@code confirmed} if the answer is X's, then {@code ended}.
     */
    interface JobListener {
        /**
         * Called when the job is being opened.
         *
         * @param job the job
         */
        void opening(Job job);

        /** Called when X, or a server in between, has answered 200. */
        void answered();

        /**
         * Called when X's first line has arrived.
         *
         * @param answer X's answer
         */
        void confirmed(Accepted answer);

        /**
         * Called when posts are missing because of a span of unreadable lines: at the next readable line, or at the end
         * of the job.
         */
        void unreadable();

        /**
         * Called for each unreadable line of the job for which {@link #unreadable()} is not called.
         *
         * @param line the unreadable line
         */
        void unreadable(UnreadLine line);

        /**
         * Called when X has sent a message about the job.
         *
         * @param info the message
         */
        void info(JsonNode info);

        /**
         * Called when the job has ended. Its posts may still wait for the handler.
         *
         * @param how the ending; an orderly end does not prove that X has sent everything
         */
        void ended(Disconnection how);
    }

    /** Controls a recovery job that is running. */
    interface Job {
        /**
         * Returns how far the job has come.
         *
         * @return when the newest of its posts was created; {@link Instant#MIN} before the first post
         */
        Instant newestPostAt();

        /** Ends the job. {@link JobListener#ended} is called. */
        void cancel();
    }
}
