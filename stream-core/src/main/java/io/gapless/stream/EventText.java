package io.gapless.stream;

import io.gapless.stream.api.Answer;
import io.gapless.stream.rules.RulePlan;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Describes events in one line for people. This is the only place that does; a test checks that it covers each kind of
 * event.
 */
final class EventText {
    private EventText() {}

    static String of(StreamEvent event) {
        if (event instanceof StreamEvent.Connecting e)
            return "Connection %d is being opened.".formatted(e.connection());
        if (event instanceof StreamEvent.Connected e)
            return "Connection %d is open and receiving.".formatted(e.connection());
        if (event instanceof StreamEvent.ConnectFailed e) {
            return "Connection %d could not be opened: %s."
                    .formatted(e.connection(), e.how().describe());
        }
        if (event instanceof StreamEvent.Disconnected e) {
            return "Connection %d ended: %s.".formatted(e.connection(), e.how().describe());
        }
        if (event instanceof StreamEvent.Waiting e) return waiting(e);
        if (event instanceof StreamEvent.OutageStarted e) {
            return "Outage %d started at %s, because the last connection ended: %s."
                    .formatted(e.outageId(), second(e.from()), e.cause().describe());
        }
        if (event instanceof StreamEvent.OutageEnded e) {
            return "Outage %d ended after %s."
                    .formatted(e.outage().id(), Durations.text(e.outage().length()));
        }
        if (event instanceof StreamEvent.ReadingPaused e) {
            return "The inbox is full (%d bytes), so reading stops until the handler catches up. If this lasts, X ends the connection."
                    .formatted(e.heldBytes());
        }
        if (event instanceof StreamEvent.ReadingResumed e) {
            return "Reading continues after a pause of %s.".formatted(Durations.text(e.length()));
        }
        return ofTheStream(event);
    }

    private static String waiting(StreamEvent.Waiting event) {
        String until = Durations.text(Duration.between(event.at(), event.nextTryAt()));
        return switch (event.why()) {
            case BACKOFF -> "Connection %d will be retried %s.".formatted(event.connection(), soon(event));
            case CEILING ->
                "Connection %d has failed many times in a row. The next try is in %s, the longest wait."
                        .formatted(event.connection(), until);
            case BUDGET ->
                "Connection %d waits %s, because the connect budget of 15 minutes is used up."
                        .formatted(event.connection(), until);
            case ASKED_TO_WAIT ->
                "Connection %d will be retried in %s, because X or a server in between asks to wait that long."
                        .formatted(event.connection(), until);
            case PARKED ->
                "Connection %d is parked%s: %s. The next try is in %s; a person may have to act."
                        .formatted(
                                event.connection(),
                                isSpent(event) ? " because of credits or a usage cap" : "",
                                event.cause().map(Disconnection::describe).orElse("no answer"),
                                until);
        };
    }

    private static boolean isSpent(StreamEvent.Waiting event) {
        return event.cause()
                .filter(how -> how instanceof Disconnection.Refused refused
                        && refused.answer().meaning(true) == Answer.Meaning.SPENT)
                .isPresent();
    }

    private static String soon(StreamEvent.Waiting event) {
        Duration delay = Duration.between(event.at(), event.nextTryAt());
        return delay.compareTo(Duration.ofMillis(1)) < 0 ? "at once" : "in " + Durations.text(delay);
    }

    private static String ofTheStream(StreamEvent event) {
        if (event instanceof StreamEvent.Started) return "The stream has started.";
        if (event instanceof StreamEvent.RulesSynced e) return rulesSynced(e.plan());
        if (event instanceof StreamEvent.RulesNotSynced e) {
            return "The rules could not be synchronised: %s The next try is in %s."
                    .formatted(e.why(), Durations.text(e.nextTry()));
        }
        if (event instanceof StreamEvent.RulesReplaced e) {
            return "X had no room for the new rules beside the old ones, so old rules were deleted first. For %s, X matched neither the old rules nor these new ones: %s."
                    .formatted(Durations.text(Duration.between(e.from(), e.until())), String.join(", ", e.rules()));
        }
        if (event instanceof StreamEvent.RulesRestored e) {
            return "Rules were missing on X and have been added back: %s. X last held all of them at %s. Posts that match only these rules may be missing since then."
                    .formatted(String.join(", ", e.rules()), second(e.lastSeenAt()));
        }
        if (event instanceof StreamEvent.RulesContested e) {
            return "Rules were missing on X and had to be added back %d times within an hour, so another program deletes them. The stream stops checking them until its next start. Run one version of the program, or give each its own owner with ownedBy(…)."
                    .formatted(e.times());
        }
        if (event instanceof StreamEvent.RulesGone e) {
            return "X holds no rules any more, so it sends no posts. It last held rules at %s. Add rules with `gapless rules apply FILE`, or with .rules(…) on the builder."
                    .formatted(second(e.lastSeenAt()));
        }
        if (event instanceof StreamEvent.NoRules) {
            return "X holds no rules for this app, so it sends no posts. Add a rule with .rules(…) on the builder, or with"
                    + " `gapless rules apply FILE`.";
        }
        if (event instanceof StreamEvent.TokenRefused)
            return "X refused the token. The token source is asked for a new one.";
        if (event instanceof StreamEvent.Quiet e) {
            return "Keep-alives arrive, but no post has arrived since %s. If this is unexpected, check the rules on X."
                    .formatted(second(e.lastPostAt()));
        }
        if (event instanceof StreamEvent.ClockJumped e) {
            return "This machine's clock jumped %s by %s: the machine was suspended, or its clock was set."
                    .formatted(e.by().isNegative() ? "back" : "ahead", Durations.text(e.by()));
        }
        if (event instanceof StreamEvent.Failed e)
            return "The stream has given up: " + e.failure().getMessage();
        if (event instanceof StreamEvent.Closed e) {
            return e.unhandled() == 0
                    ? "The stream is closed."
                    : "The stream is closed. Posts received but not handled: %d. Use close(Duration) to give the handler more time."
                            .formatted(e.unhandled());
        }
        if (event instanceof StreamEvent.EventsDropped e) {
            return "The listener is too slow, so events were dropped: %d.".formatted(e.count());
        }
        return ofPosts(event);
    }

    private static String fault(LineFault fault) {
        return switch (fault) {
            case TOO_LONG -> "is longer than lineMaxBytes and was skipped";
            case NOT_JSON -> "is not JSON and was skipped";
            case NO_ID -> "has data without an id and was skipped";
            case NOT_UTF8 -> "has bytes that are not UTF-8; its post was handed over anyway";
            case UNFINISHED -> "was cut off when the connection ended, and was dropped";
        };
    }

    private static String rulesSynced(RulePlan done) {
        return "The rules on X are synchronised: %d added, %d retagged, %d deleted, %d kept."
                .formatted(
                        done.add().size(),
                        done.retag().size(),
                        done.delete().size(),
                        done.keep().size());
    }

    private static String ofPosts(StreamEvent event) {
        if (event instanceof StreamEvent.LineFaulty e) {
            String post = e.postId().isPresent() ? " (post " + e.postId().getAsLong() + ")" : "";
            String one = "A line of %d bytes%s %s.".formatted(e.lengthBytes(), post, fault(e.fault()));
            return e.count() == 1 ? one : more(e.count()) + one;
        }
        if (event instanceof StreamEvent.LinesUnreadable e) {
            return "Connection %d received %d lines that could not be read, and no other line for %s. What X sent since %s is missing. Look for a proxy that changes the data."
                    .formatted(
                            e.connection(),
                            e.lines(),
                            Durations.text(Duration.between(e.from(), e.at())),
                            second(e.from()));
        }
        if (event instanceof StreamEvent.PostUnavailable e) {
            return (e.count() == 1 ? "" : more(e.count())) + "X matched a post but could not send it: "
                    + e.problem().describe() + ".";
        }
        if (event instanceof StreamEvent.SpillLost e) {
            return "Posts that waited on the disk could not be read: %d. With a state directory, everything since %s is recovered. Check the disk: %s."
                    .formatted(e.posts(), second(e.oldest()), oneLine(e.cause()));
        }
        if (event instanceof StreamEvent.MessageUnknown e) {
            return (e.count() == 1 ? "" : more(e.count())) + "X sent a message of an unknown kind: " + e.json();
        }
        if (event instanceof StreamEvent.HandlerFailed e) {
            return "The handler threw an exception at post %d (try %d): %s."
                    .formatted(e.postId(), e.attempt(), oneLine(e.cause()));
        }
        if (event instanceof StreamEvent.HandlerDown e) {
            return "The handler is down: it fails for most posts. Posts are kept, and retried until it works again. Last exception: %s."
                    .formatted(oneLine(e.cause()));
        }
        if (event instanceof StreamEvent.HandlerUp) return "The handler works again.";
        if (event instanceof StreamEvent.DeadLettered e) {
            return "Post %d is dead-lettered, because the handler failed at every try. Last exception: %s."
                    .formatted(e.post().id(), oneLine(e.cause()));
        }
        if (event instanceof StreamEvent.DeadLetterFailed e) {
            return "Post %d could not be dead-lettered. This is retried, and other posts go on: %s."
                    .formatted(e.postId(), oneLine(e.cause()));
        }
        throw new AssertionError("not a kind of event: " + event);
    }

    private static String more(long count) {
        return "This happened " + count + " times since the last report. The latest case: ";
    }

    private static Instant second(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Returns an exception as one line. The message of a user's exception may contain line breaks. */
    private static String oneLine(Throwable cause) {
        return cause.toString().replaceAll("\\s+", " ");
    }
}
