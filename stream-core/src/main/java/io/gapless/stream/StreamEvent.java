package io.gapless.stream;

import io.gapless.stream.api.Problem;
import io.gapless.stream.rules.RulePlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What happens to a stream, posts apart. The grammar:
 *
 * <pre>
 *  stream     := Started { RulesSynced | RulesNotSynced | RulesReplaced } { connection | at any time: the others } [ Failed ] Closed
 *  connection := Connecting ( ConnectFailed | Connected [ OutageEnded ] Disconnected [ OutageStarted ] ) { Waiting }
 * </pre>
 *
 * <p>{@code Failed} and {@code Closed} may cut the last connection short after any of its events. Each {@code Connected} is followed by exactly one {@code Disconnected} of the same connection; each {@code
 * OutageStarted} by at most one {@code OutageEnded} of the same id; after {@code Closed} nothing comes. All events are
 * told by one thread, in order. New kinds may be added: end a chain of {@code instanceof} with a default.
 */
public sealed interface StreamEvent {
    /** What a recovery reports; it brings its own words and kinds. */
    non-sealed interface OfRecovery extends StreamEvent {
        /** How much an event matters; the level of its log line. */
        enum Severity {
            /** All goes as it usually does. */
            INFO,
            /** Worth a look by day. */
            WARNING,
            /** Posts are certainly lost, or a person must act. */
            ERROR
        }

        /**
         * Returns how much it matters.
         *
         * @return the severity
         */
        Severity severity();

        @Override
        String describe();
    }

    /**
     * When it happened.
     *
     * @return by this machine's clock
     */
    Instant at();

    /**
     * The event in one line for people.
     *
     * @return a sentence, without any secret
     */
    default String describe() {
        return EventText.of(this);
    }

    /**
     * The stream has been started.
     *
     * @param at when
     */
    record Started(Instant at) implements StreamEvent {}

    /**
     * The rules on X are as the builder asked.
     *
     * @param at when
     * @param plan what was added and deleted
     */
    record RulesSynced(Instant at, RulePlan plan) implements StreamEvent {}

    /**
     * The rules could not be synchronised, and are tried again. The stream connects all the same: X tells by its answer
     * whether it holds any rule.
     *
     * @param at when
     * @param why X's reason
     * @param nextTry how long until then
     * @param parked whether the answer may last, so that a person may have to act
     */
    record RulesNotSynced(Instant at, String why, Duration nextTry, boolean parked) implements StreamEvent {}

    /**
     * X had no room for new rules beside the old ones, so rules were deleted before others were added. For a short span X
     * matched neither.
     *
     * @param at when
     * @param rules the tags of the added rules
     * @param from when the first rule was deleted
     * @param until when the last rule was added
     */
    record RulesReplaced(Instant at, List<String> rules, Instant from, Instant until) implements StreamEvent {}

    /**
     * Rules of ours were missing on X and were added again: another program of the same app deleted them, or X did
     * because they were unused for 180 days. Posts that only they match may be missing since they were last seen. With a
     * state directory that span is a gap, which search closes.
     *
     * @param at when they were added
     * @param rules the tags of the missing rules
     * @param lastSeenAt when X last held all of ours
     */
    record RulesRestored(Instant at, List<String> rules, Instant lastSeenAt) implements StreamEvent {}

    /**
     * Rules of ours were missing and were added again three times within an hour, so another owner deletes them. The
     * watch stops until the next start. Usually two versions of a program run, or two programs share one owner.
     *
     * @param at when
     * @param times how often they were added again
     */
    record RulesContested(Instant at, int times) implements StreamEvent {}

    /**
     * X held rules, and holds none now. The builder was given no rules, so none are added.
     *
     * @param at when the empty list came
     * @param lastSeenAt when X last held a rule
     */
    record RulesGone(Instant at, Instant lastSeenAt) implements StreamEvent {}

    /**
     * X holds no rule, so there is nothing to stream (409). Add one with {@code .rules(…)} on the builder, with {@code
     * stream.rules()}, or with {@code gapless rules apply}.
     *
     * @param at when
     * @param problem what X said
     */
    record NoRules(Instant at, Problem problem) implements StreamEvent {}

    /**
     * A connection is being opened.
     *
     * @param at when
     * @param connection 1 or 2
     */
    record Connecting(Instant at, int connection) implements StreamEvent {}

    /**
     * A connection is up: X has answered 200.
     *
     * @param at when
     * @param connection 1 or 2
     */
    record Connected(Instant at, int connection) implements StreamEvent {}

    /**
     * No connection came about.
     *
     * @param at when
     * @param connection 1 or 2
     * @param how why not
     */
    record ConnectFailed(Instant at, int connection, Disconnection how) implements StreamEvent {}

    /**
     * A connection has ended.
     *
     * @param at when it was noticed
     * @param connection 1 or 2
     * @param how the ending
     * @param lastSignalAt when the last byte had come on it; after a pause in reading, when the last post was created
     */
    record Disconnected(Instant at, int connection, Disconnection how, Instant lastSignalAt) implements StreamEvent {}

    /**
     * The next attempt is planned.
     *
     * @param at when this was decided
     * @param connection 1 or 2
     * @param nextTryAt when it will be
     * @param why what is waited for
     * @param cause what came before it, if this follows an ending
     */
    record Waiting(Instant at, int connection, Instant nextTryAt, Why why, Optional<Disconnection> cause)
            implements StreamEvent {
        /** What a connection waits for. */
        public enum Why {
            /** The back-off ladder that X asks for. */
            BACKOFF,
            /** The longest wait of a ladder has been reached: it has failed many times. */
            CEILING,
            /** The connect budget. */
            BUDGET,
            /** An answer's headers, which ask to wait for longer than the ladder does. */
            ASKED_TO_WAIT,
            /**
             * An answer that is not X's last word, or credits or a cap: a person may have to act. Asked again after 1, 2, 5,
             * then every 15 minutes, and when a cap is lifted as X says.
             */
            PARKED
        }
    }

    /**
     * No connection is up any more.
     *
     * @param at when it was noticed
     * @param outageId counts the outages of this stream
     * @param cause how the last connection ended
     * @param from the last signal
     */
    record OutageStarted(Instant at, int outageId, Disconnection cause, Instant from) implements StreamEvent {}

    /**
     * A connection is up again.
     *
     * @param at when
     * @param outage the whole of it
     */
    record OutageEnded(Instant at, Outage outage) implements StreamEvent {}

    /**
     * The inbox is full and reading has stopped: the handler is slower than X. If this lasts, X ends the connection.
     *
     * @param at when
     * @param connection 1 or 2
     * @param heldBytes what the inbox holds
     */
    record ReadingPaused(Instant at, int connection, long heldBytes) implements StreamEvent {}

    /**
     * There is room in the inbox again.
     *
     * @param at when
     * @param connection 1 or 2
     * @param length how long nothing was read
     */
    record ReadingResumed(Instant at, int connection, Duration length) implements StreamEvent {}

    /**
     * Posts that waited in the {@link Overflow} could not be read back. A recovery asks for them again; without one they
     * stay lost.
     *
     * @param at when
     * @param posts how many
     * @param oldest when the oldest of them was created
     * @param cause what the disk said
     */
    record SpillLost(Instant at, int posts, Instant oldest, Throwable cause) implements StreamEvent {}

    /**
     * A line could not be taken as it was. The first one is reported at once; what repeats is summed up, after a minute,
     * two, four, … up to an hour.
     *
     * @param at when
     * @param connection 1 or 2; 0 for a recovery job
     * @param fault what is wrong with it
     * @param lengthBytes how long it was; of several, the last one
     * @param postId the post's id, where it could be found; of several, that of the last one
     * @param count how many such lines have come since this was reported last
     */
    record LineFaulty(Instant at, int connection, LineFault fault, long lengthBytes, OptionalLong postId, long count)
            implements StreamEvent {}

    /**
     * For a while no line could be read, though lines came: something on the way breaks or replaces what X sends. What X
     * has sent meanwhile is missing; a recovery asks for it. Reported when a line can be read again; otherwise the
     * connection ends.
     *
     * @param at when
     * @param connection 1 or 2
     * @param from the last line or keep-alive before it
     * @param lines how many lines could not be read
     */
    record LinesUnreadable(Instant at, int connection, Instant from, long lines) implements StreamEvent {}

    /**
     * X matched a post and cannot give it, such as one that was deleted meanwhile. Summed up as {@link LineFaulty} is.
     *
     * @param at when
     * @param connection 1 or 2; 0 for a recovery job
     * @param problem what X says; of several, the last one
     * @param count how many such messages have come since this was reported last
     */
    record PostUnavailable(Instant at, int connection, Problem problem, long count) implements StreamEvent {}

    /**
     * X sent a message of a kind that this library does not know. Summed up as {@link LineFaulty} is.
     *
     * @param at when
     * @param connection 1 or 2; 0 for a recovery job
     * @param json its beginning, at most 4,000 characters; of several, the last one
     * @param count how many such messages have come since this was reported last
     */
    record MessageUnknown(Instant at, int connection, String json, long count) implements StreamEvent {}

    /**
     * Keep-alives come, but no post has come for as long as {@code quietAfter}.
     *
     * @param at when
     * @param lastPostAt the last post, or the start
     */
    record Quiet(Instant at, Instant lastPostAt) implements StreamEvent {}

    /**
     * The wall clock and the monotonic clock went apart: the machine was suspended, or its clock was set.
     *
     * @param at when it was noticed
     * @param by how far the wall clock went ahead; negative if it was set back
     */
    record ClockJumped(Instant at, Duration by) implements StreamEvent {}

    /**
     * X refused the token (401); the token source is asked once more.
     *
     * @param at when
     */
    record TokenRefused(Instant at) implements StreamEvent {}

    /**
     * The handler threw.
     *
     * @param at when
     * @param postId the post, or the first of the batch
     * @param attempt how many tries of it have failed, this one included; never starts anew
     * @param cause what it threw
     */
    record HandlerFailed(Instant at, long postId, int attempt, Throwable cause) implements StreamEvent {}

    /**
     * Several posts in a row have failed: the handler itself counts as down. Nothing is dead-lettered until one
     * succeeds.
     *
     * @param at when
     * @param cause what it threw last
     */
    record HandlerDown(Instant at, Throwable cause) implements StreamEvent {}

    /**
     * The handler works again.
     *
     * @param at when
     */
    record HandlerUp(Instant at) implements StreamEvent {}

    /**
     * A post was given up after its tries; the dead-letter hook has taken it.
     *
     * @param at when
     * @param post the post
     * @param cause what the handler threw last
     */
    record DeadLettered(Instant at, Post post, Throwable cause) implements StreamEvent {}

    /**
     * The dead-letter hook threw; nothing is dispatched until it succeeds.
     *
     * @param at when
     * @param postId the post to be kept
     * @param cause what it threw
     */
    record DeadLetterFailed(Instant at, long postId, Throwable cause) implements StreamEvent {}

    /**
     * The listener was too slow, and events were dropped.
     *
     * @param at when it caught up
     * @param count how many
     */
    record EventsDropped(Instant at, long count) implements StreamEvent {}

    /**
     * The stream has given up: a person must change something.
     *
     * @param at when
     * @param failure what, and why
     */
    record Failed(Instant at, StreamException failure) implements StreamEvent {}

    /**
     * The stream is closed.
     *
     * @param at when
     * @param unhandled posts that were received and not handled in the time that {@code close} gave
     */
    record Closed(Instant at, long unhandled) implements StreamEvent {}
}
