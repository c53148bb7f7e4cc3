package io.gapless.stream.event;

import io.gapless.stream.post.Post;
import io.gapless.stream.post.Problem;
import io.gapless.stream.rules.RulePlan;
import io.gapless.stream.seam.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Describes what happens to a stream, except its posts. Events follow this grammar:
 *
 * <pre>
 *  stream     := Started { RulesSynced | RulesNotSynced | RulesReplaced }
 *                { connection | at any time: the others } [ Failed ] Closed
 *  connection := Connecting ( ConnectFailed | Connected [ OutageEnded ] Disconnected [ OutageStarted ] ) { Waiting }
 * </pre>
 *
 * <p>{@code Failed} and {@code Closed} may follow any event of the last connection. Each {@code Connected} is followed
 * by exactly one {@code Disconnected} of the same connection, and each {@code OutageStarted} by at most one {@code
 * OutageEnded} of the same id. {@code Closed} is the last event. One thread reports all events, in order. New kinds may
 * be added, so end a chain of {@code instanceof} with a default. All times are by this machine's clock, except the
 * creation times of posts, which are X's.
 */
public sealed interface StreamEvent {
    /** Describes what happens to a recovery. The recovery defines the kinds and texts of its events. */
    non-sealed interface OfRecovery extends StreamEvent {
        /** Grades how serious an event is. The severity sets the level of the log line. */
        enum Severity {
            /** Normal operation. */
            INFO,
            /** A person should look at the cause during the day. */
            WARNING,
            /** Posts are certainly lost, or a person must act. */
            ERROR
        }

        /**
         * Returns how serious the event is.
         *
         * @return the severity
         */
        Severity severity();
    }

    /**
     * Returns when the event happened.
     *
     * @return the time by this machine's clock
     */
    Instant at();

    /**
     * Returns the event in one line for people.
     *
     * @return a sentence, without any secret
     */
    String describe();

    /**
     * Reported when the stream has started.
     *
     * @param at when this happened
     */
    record Started(Instant at) implements StreamEvent {
        @Override
        public String describe() {
            return "The stream has started.";
        }
    }

    /**
     * Reported when a rule sync has succeeded: X holds the rules given to the builder.
     *
     * @param at when this happened
     * @param plan which rules were added, retagged, deleted and kept
     */
    record RulesSynced(Instant at, RulePlan plan) implements StreamEvent {
        @Override
        public String describe() {
            return EventText.rulesSynced(plan);
        }
    }

    /**
     * Reported when the rules could not be synchronised. The sync is retried, and the stream connects anyway: X's
     * answer shows whether it holds any rule.
     *
     * @param at when this happened
     * @param why why the sync failed, such as X's reason
     * @param nextTry how long until the next try
     * @param parked whether the sync is parked, so that a person may have to act
     */
    record RulesNotSynced(Instant at, String why, Duration nextTry, boolean parked) implements StreamEvent {
        @Override
        public String describe() {
            return "The rules could not be synchronised: %s The next try is in %s."
                    .formatted(why, Durations.text(nextTry));
        }
    }

    /**
     * Reported when X had no room for new rules beside the old ones, so that old rules were deleted first. For a
     * short time, X matched neither the old rules nor the new ones.
     *
     * @param at when this happened
     * @param rules the tags of the added rules
     * @param from when the first rule was deleted
     * @param until when the last rule was added
     */
    record RulesReplaced(Instant at, List<String> rules, Instant from, Instant until) implements StreamEvent {
        @Override
        public String describe() {
            return "X had no room for the new rules beside the old ones, so old rules were deleted first. For %s, X matched neither the old rules nor these new ones: %s."
                    .formatted(Durations.text(Duration.between(from, until)), String.join(", ", rules));
        }
    }

    /**
     * Reported when rules of this owner were missing on X and have been added back, by this program or another.
     * Another program of the same app deleted them, or X did because they were unused for 180 days. A rule that X
     * holds under another id than before was missing, too. Posts that only these rules match may be missing since the
     * rules were last seen. With a state directory, that span is a gap, which search recovers.
     *
     * @param at when the stream noticed that, after the rules were added
     * @param rules the tags of the missing rules
     * @param lastSeenAt when X last held all rules of this owner
     */
    record RulesRestored(Instant at, List<String> rules, Instant lastSeenAt) implements StreamEvent {
        @Override
        public String describe() {
            return "Rules were missing on X and have been added back: %s. X last held all of them at %s. Posts that match only these rules may be missing since then."
                    .formatted(String.join(", ", rules), EventText.second(lastSeenAt));
        }
    }

    /**
     * Reported when rules of this owner were missing and had to be added back three times within an hour, so another
     * program deletes them. The stream adds back no more rules until its next start. Usually two versions of a
     * program run, or two programs share one owner.
     *
     * @param at when this happened
     * @param times how often rules were added back
     */
    record RulesContested(Instant at, int times) implements StreamEvent {
        @Override
        public String describe() {
            return "Rules were missing on X and had to be added back %d times within an hour, so another program deletes them. The stream stops adding them back until its next start. Run one version of the program, or give each its own owner with ownedBy(…)."
                    .formatted(times);
        }
    }

    /**
     * Reported when X held rules before and holds no rule now. The builder was given no rules, so the stream does not
     * add any.
     *
     * @param at when the empty list arrived
     * @param lastSeenAt when X last held a rule
     */
    record RulesGone(Instant at, Instant lastSeenAt) implements StreamEvent {
        @Override
        public String describe() {
            return "X holds no rules any more, so it sends no posts. It last held rules at %s. Add rules with `gapless rules apply FILE`, or with .rules(…) on the builder."
                    .formatted(EventText.second(lastSeenAt));
        }
    }

    /**
     * Reported when X holds no rule, so that it sends no posts (409). Add a rule with {@code .rules(…)} on the builder,
     * with {@code stream.rules()}, or with {@code gapless rules apply}.
     *
     * @param at when this happened
     * @param problem X's reason
     */
    record NoRules(Instant at, Problem problem) implements StreamEvent {
        @Override
        public String describe() {
            return "X holds no rules for this app, so it sends no posts. Add a rule with .rules(…) on the builder, or with"
                    + " `gapless rules apply FILE`.";
        }
    }

    /**
     * Reported when a connection is about to be opened.
     *
     * @param at when this happened
     * @param connection 1 or 2
     */
    record Connecting(Instant at, int connection) implements StreamEvent {
        @Override
        public String describe() {
            return "Connection %d is being opened.".formatted(connection);
        }
    }

    /**
     * Reported when a connection is up: X has answered 200, and X's first line has arrived.
     *
     * @param at when this happened
     * @param connection 1 or 2
     */
    record Connected(Instant at, int connection) implements StreamEvent {
        @Override
        public String describe() {
            return "Connection %d is open and receiving.".formatted(connection);
        }
    }

    /**
     * Reported when a connection could not be opened.
     *
     * @param at when this happened
     * @param connection 1 or 2
     * @param how the reason
     */
    record ConnectFailed(Instant at, int connection, Disconnection how) implements StreamEvent {
        @Override
        public String describe() {
            return "Connection %d could not be opened: %s.".formatted(connection, how.describe());
        }
    }

    /**
     * Reported when a connection has ended.
     *
     * @param at when the stream noticed the ending
     * @param connection 1 or 2
     * @param how the ending
     * @param lastSignalAt when its last signal arrived; after a pause in reading, when its newest post was created
     */
    record Disconnected(Instant at, int connection, Disconnection how, Instant lastSignalAt) implements StreamEvent {
        @Override
        public String describe() {
            return "Connection %d ended: %s.".formatted(connection, how.describe());
        }
    }

    /**
     * Reported when the next connect is planned.
     *
     * @param at when this was decided
     * @param connection 1 or 2
     * @param nextTryAt when the next connect is due
     * @param why why the connection waits
     * @param cause how the connection ended or failed before; empty if the wait does not follow an ending
     */
    record Waiting(Instant at, int connection, Instant nextTryAt, Why why, Optional<Disconnection> cause)
            implements StreamEvent {
        /** Names why a connection waits. */
        public enum Why {
            /** The back-off ladder requires the wait. */
            BACKOFF,
            /** Many connects have failed, and the longest wait of the back-off ladder is reached. */
            CEILING,
            /** The connect budget is used up. */
            BUDGET,
            /** X, or a server in between, asks to wait for longer than the back-off ladder does. */
            ASKED_TO_WAIT,
            /**
             * The connection is parked: credits or a cap are used up, or the answer is not final. A person may have
             * to act. The connect is retried after 1, 2 and 5 minutes, then every 15 minutes, and at the reset that X
             * names for the cap.
             */
            PARKED
        }

        @Override
        public String describe() {
            String until = Durations.text(Duration.between(at, nextTryAt));
            return switch (why) {
                case BACKOFF ->
                    "Connection %d will be retried %s."
                            .formatted(connection, EventText.soon(Duration.between(at, nextTryAt)));
                case CEILING ->
                    "Connection %d has failed many times in a row. The next try is in %s, the longest wait."
                            .formatted(connection, until);
                case BUDGET ->
                    "Connection %d waits %s, because the connect budget of 15 minutes is used up."
                            .formatted(connection, until);
                case ASKED_TO_WAIT ->
                    "Connection %d will be retried in %s, because X or a server in between asks to wait that long."
                            .formatted(connection, until);
                case PARKED ->
                    "Connection %d is parked%s: %s. The next try is in %s; a person may have to act."
                            .formatted(
                                    connection,
                                    EventText.isSpent(cause) ? " because of credits or a usage cap" : "",
                                    cause.map(Disconnection::describe).orElse("no answer"),
                                    until);
            };
        }
    }

    /**
     * Reported when the last connection that was up has ended.
     *
     * @param at when the stream noticed the ending
     * @param outageId the number of the outage in this stream, from 1
     * @param cause how the last connection ended
     * @param from when the last signal of that connection arrived
     */
    record OutageStarted(Instant at, int outageId, Disconnection cause, Instant from) implements StreamEvent {
        @Override
        public String describe() {
            return "Outage %d started at %s, because the last connection ended: %s."
                    .formatted(outageId, EventText.second(from), cause.describe());
        }
    }

    /**
     * Reported when a connection is up again.
     *
     * @param at when this happened
     * @param outage the outage that has ended
     */
    record OutageEnded(Instant at, Outage outage) implements StreamEvent {
        @Override
        public String describe() {
            return "Outage %d ended after %s.".formatted(outage.id(), Durations.text(outage.length()));
        }
    }

    /**
     * Reported when the inbox is full and reading stops, because the handler is slower than X. If this lasts, X ends
     * the connection.
     *
     * @param at when this happened
     * @param connection 1 or 2
     * @param heldBytes the size of the posts in the inbox
     */
    record ReadingPaused(Instant at, int connection, long heldBytes) implements StreamEvent {
        @Override
        public String describe() {
            return "The inbox is full (%d bytes), so reading stops until the handler catches up. If this lasts, X ends the connection."
                    .formatted(heldBytes);
        }
    }

    /**
     * Reported when the inbox has room again and reading continues.
     *
     * @param at when this happened
     * @param connection 1 or 2
     * @param length how long reading was paused
     */
    record ReadingResumed(Instant at, int connection, Duration length) implements StreamEvent {
        @Override
        public String describe() {
            return "Reading continues after a pause of %s.".formatted(Durations.text(length));
        }
    }

    /**
     * Reported when posts that waited in the {@code Overflow} could not be read. A stream with a recovery recovers
     * these posts; in any other stream they are lost.
     *
     * @param at when this happened
     * @param posts the number of posts
     * @param oldest when the oldest of them was created
     * @param cause the error of the disk
     */
    record SpillLost(Instant at, int posts, Instant oldest, Throwable cause) implements StreamEvent {
        @Override
        public String describe() {
            return "Posts that waited on the disk could not be read: %d. With a state directory, everything since %s is recovered. Check the disk: %s."
                    .formatted(posts, EventText.second(oldest), EventText.oneLine(cause));
        }
    }

    /**
     * Reported when a line is faulty. The first faulty line is reported at once; repeats are summed up after 1, 2, 4, …
     * minutes, up to an hour.
     *
     * @param at when this happened
     * @param connection 1 or 2; 0 for a recovery job
     * @param fault what is wrong with the line
     * @param lengthBytes the length of the line; for several lines, the length of the last one
     * @param postId the post's id, if it could be found; for several lines, the id of the last one
     * @param count the number of such lines since the last report
     */
    record LineFaulty(Instant at, int connection, LineFault fault, long lengthBytes, OptionalLong postId, long count)
            implements StreamEvent {
        @Override
        public String describe() {
            String post = postId.isPresent() ? " (post " + postId.getAsLong() + ")" : "";
            String one = "A line of %d bytes%s %s.".formatted(lengthBytes, post, fault.words);
            return count == 1 ? one : EventText.more(count) + one;
        }
    }

    /**
     * Reported when a line can be read again after a span of unreadable lines. A server between X and this machine,
     * such as a proxy, changes the data. The posts that X sent in this span are missing; a stream with a recovery
     * recovers them. If no line can be read for too long, the connection ends instead.
     *
     * @param at when this happened
     * @param connection 1 or 2
     * @param from when the last signal before the span arrived
     * @param lines the number of lines that could not be read
     */
    record LinesUnreadable(Instant at, int connection, Instant from, long lines) implements StreamEvent {
        @Override
        public String describe() {
            return "Connection %d received %d lines that could not be read, and no other line for %s. What X sent since %s is missing. Look for a proxy that changes the data."
                    .formatted(connection, lines, Durations.text(Duration.between(from, at)), EventText.second(from));
        }
    }

    /**
     * Reported when X matched a post but could not send it, for example because it was deleted. Repeats are summed up
     * as for {@link LineFaulty}.
     *
     * @param at when this happened
     * @param connection 1 or 2; 0 for a recovery job
     * @param problem X's reason; for several messages, the last one
     * @param count the number of such messages since the last report
     */
    record PostUnavailable(Instant at, int connection, Problem problem, long count) implements StreamEvent {
        @Override
        public String describe() {
            return (count == 1 ? "" : EventText.more(count)) + "X matched a post but could not send it: "
                    + problem.describe() + ".";
        }
    }

    /**
     * Reported when X sent a message of an unknown kind. Repeats are summed up as for {@link LineFaulty}.
     *
     * @param at when this happened
     * @param connection 1 or 2; 0 for a recovery job
     * @param json the beginning of the message, at most 4,000 characters; for several messages, the beginning of the
     *     last one
     * @param count the number of such messages since the last report
     */
    record MessageUnknown(Instant at, int connection, String json, long count) implements StreamEvent {
        @Override
        public String describe() {
            return (count == 1 ? "" : EventText.more(count)) + "X sent a message of an unknown kind: " + json;
        }
    }

    /**
     * Reported when keep-alives arrive, but no post has arrived for as long as {@code quietAfter}.
     *
     * @param at when this happened
     * @param lastPostAt when the last post arrived; before the first one, when the stream started
     */
    record Quiet(Instant at, Instant lastPostAt) implements StreamEvent {
        @Override
        public String describe() {
            return "Keep-alives arrive, but no post has arrived since %s. If this is unexpected, check the rules on X."
                    .formatted(EventText.second(lastPostAt));
        }
    }

    /**
     * Reported when this machine's clock jumped, because the machine was suspended or the clock was set.
     *
     * @param at when the stream noticed the jump
     * @param by how far the clock jumped ahead; negative if it jumped back
     */
    record ClockJumped(Instant at, Duration by) implements StreamEvent {
        @Override
        public String describe() {
            return "This machine's clock jumped %s by %s: the machine was suspended, or its clock was set."
                    .formatted(by.isNegative() ? "back" : "ahead", Durations.text(by));
        }
    }

    /**
     * Reported when X refused the token (401). The token source is asked once more.
     *
     * @param at when this happened
     */
    record TokenRefused(Instant at) implements StreamEvent {
        @Override
        public String describe() {
            return "X refused the token. The token source is asked for a new one.";
        }
    }

    /**
     * Reported when the handler threw an exception. Only this post waits for its retry; other posts are handed over. A
     * batch is split into single posts.
     *
     * @param at when this happened
     * @param postId the id of the post, or of the first post of the batch
     * @param attempt how many tries have failed, this one included
     * @param cause what the handler threw
     */
    record HandlerFailed(Instant at, long postId, int attempt, Throwable cause) implements StreamEvent {
        @Override
        public String describe() {
            return "The handler threw an exception at post %d (try %d): %s."
                    .formatted(postId, attempt, EventText.oneLine(cause));
        }
    }

    /**
     * Reported when five posts in a row, or half of the last fifty, have failed at their first try, so that the
     * handler counts as down. Posts are kept and retried one at a time, and no post is dead-lettered.
     *
     * @param at when this happened
     * @param cause the last exception of the handler
     */
    record HandlerDown(Instant at, Throwable cause) implements StreamEvent {
        @Override
        public String describe() {
            return "The handler is down: it fails for most posts. Posts are kept, and retried until it works again. Last exception: %s."
                    .formatted(EventText.oneLine(cause));
        }
    }

    /**
     * Reported when the handler works again after it was down: five posts have succeeded and no new post has failed in
     * between, or no post is left to be retried.
     *
     * @param at when this happened
     */
    record HandlerUp(Instant at) implements StreamEvent {
        @Override
        public String describe() {
            return "The handler works again.";
        }
    }

    /**
     * Reported when a post was dead-lettered, because the handler failed at every try. The hook {@code deadLetters} has
     * kept it.
     *
     * @param at when this happened
     * @param post the post
     * @param cause the last exception of the handler
     */
    record DeadLettered(Instant at, Post post, Throwable cause) implements StreamEvent {
        @Override
        public String describe() {
            return "Post %d is dead-lettered, because the handler failed at every try. Last exception: %s."
                    .formatted(post.id(), EventText.oneLine(cause));
        }
    }

    /**
     * Reported when the hook {@code deadLetters} threw an exception. The hook is called again after a pause. During the
     * pause, other posts are handed over.
     *
     * @param at when this happened
     * @param postId the id of the post that is to be kept
     * @param cause what the hook threw
     */
    record DeadLetterFailed(Instant at, long postId, Throwable cause) implements StreamEvent {
        @Override
        public String describe() {
            return "Post %d could not be dead-lettered. This is retried, and other posts go on: %s."
                    .formatted(postId, EventText.oneLine(cause));
        }
    }

    /**
     * Reported when events were dropped, because the listener was too slow.
     *
     * @param at when the listener had caught up
     * @param count the number of dropped events
     */
    record EventsDropped(Instant at, long count) implements StreamEvent {
        @Override
        public String describe() {
            return "The listener is too slow, so events were dropped: %d.".formatted(count);
        }
    }

    /**
     * Reported when the stream has given up, because a person must change something.
     *
     * @param at when this happened
     * @param failure what must be changed, and why
     */
    record Failed(Instant at, StreamException failure) implements StreamEvent {
        @Override
        public String describe() {
            return "The stream has given up: " + failure.getMessage();
        }
    }

    /**
     * Reported when the stream is closed. This is the last event.
     *
     * @param at when this happened
     * @param unhandled posts that were received but not handled in the time that {@code close} allowed
     */
    record Closed(Instant at, long unhandled) implements StreamEvent {
        @Override
        public String describe() {
            return unhandled == 0
                    ? "The stream is closed."
                    : "The stream is closed. Posts received but not handled: %d. Use close(Duration) to give the handler more time."
                            .formatted(unhandled);
        }
    }

    /** Names what is wrong with a line of the stream. The stream continues after each fault. */
    enum LineFault {
        /** The line is longer than {@code lineMaxBytes}. It is skipped. */
        TOO_LONG("is longer than lineMaxBytes and was skipped"),
        /** The line is not JSON. It is skipped. */
        NOT_JSON("is not JSON and was skipped"),
        /** The line has a {@code data} object without an id. It is skipped. */
        NO_ID("has data without an id and was skipped"),
        /**
         * The line has bytes that are not UTF-8. Its post is handed over; in the post's text, U+FFFD replaces these bytes.
         */
        NOT_UTF8("has bytes that are not UTF-8; its post was handed over anyway"),
        /** The connection ended in the middle of the line. The line is dropped, because it may be half a post. */
        UNFINISHED("was cut off when the connection ended, and was dropped");

        private final String words;

        LineFault(String words) {
            this.words = words;
        }
    }
}
