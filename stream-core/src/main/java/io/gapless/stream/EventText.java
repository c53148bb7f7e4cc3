package io.gapless.stream;

import io.gapless.stream.api.Answer;
import io.gapless.stream.rules.RulePlan;
import java.time.Duration;

/** Events in one line for people. One dispatch place: a test walks the family, so that no kind is forgotten. */
final class EventText {
    private EventText() {}

    static String of(StreamEvent event) {
        if (event instanceof StreamEvent.Connecting e)
            return "Connection %d is being opened.".formatted(e.connection());
        if (event instanceof StreamEvent.Connected e) return "Connection %d is up.".formatted(e.connection());
        if (event instanceof StreamEvent.ConnectFailed e) {
            return "Connection %d could not be opened: %s."
                    .formatted(e.connection(), e.how().describe());
        }
        if (event instanceof StreamEvent.Disconnected e) {
            return "Connection %d ended: %s.".formatted(e.connection(), e.how().describe());
        }
        if (event instanceof StreamEvent.Waiting e) return waiting(e);
        if (event instanceof StreamEvent.OutageStarted e) {
            return "Outage %d since %s: %s."
                    .formatted(e.outageId(), e.from(), e.cause().describe());
        }
        if (event instanceof StreamEvent.OutageEnded e) {
            return "Outage %d is over after %s."
                    .formatted(e.outage().id(), Durations.text(e.outage().length()));
        }
        if (event instanceof StreamEvent.ReadingPaused e) {
            return "The inbox is full (%d bytes): reading stops until the handler catches up.".formatted(e.heldBytes());
        }
        if (event instanceof StreamEvent.ReadingResumed e) {
            return "Reading goes on after %s.".formatted(Durations.text(e.length()));
        }
        return ofTheStream(event);
    }

    private static String waiting(StreamEvent.Waiting event) {
        String until = Durations.text(Duration.between(event.at(), event.nextTryAt()));
        return switch (event.why()) {
            case BACKOFF -> "Connection %d is tried again %s.".formatted(event.connection(), soon(event));
            case CEILING ->
                "Connection %d has failed many times; it is tried again in %s, the longest wait."
                        .formatted(event.connection(), until);
            case BUDGET ->
                "Connection %d waits %s for the connect budget of 15 minutes.".formatted(event.connection(), until);
            case ASKED_TO_WAIT ->
                "Connection %d is tried again in %s: X, or a server before it, asks to wait so long."
                        .formatted(event.connection(), until);
            case PARKED ->
                "Connection %d is parked%s (%s). It is tried again in %s."
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
        if (event instanceof StreamEvent.Started) return "The stream has been started.";
        if (event instanceof StreamEvent.RulesSynced e) return rulesSynced(e.plan());
        if (event instanceof StreamEvent.RulesNotSynced e) {
            return "The rules could not be synchronised: %s Next try in %s."
                    .formatted(e.why(), Durations.text(e.nextTry()));
        }
        if (event instanceof StreamEvent.RulesReplaced e) {
            return "X had no room for new rules beside the old ones: old rules were deleted first, and for %s X matched neither them nor %s."
                    .formatted(Durations.text(Duration.between(e.from(), e.until())), e.rules());
        }
        if (event instanceof StreamEvent.RulesRestored e) {
            return "Rules were missing on X and were added again: %s. X last held them all at %s; posts since then may be missing."
                    .formatted(String.join(", ", e.rules()), e.lastSeenAt());
        }
        if (event instanceof StreamEvent.RulesContested e) {
            return "Rules were missing and were added again %d times within an hour, so another owner deletes them. "
                            .formatted(e.times())
                    + "The watch stops until the next start. Run one version of the program, or give each its own owner "
                    + "with ownedBy(…).";
        }
        if (event instanceof StreamEvent.RulesGone e) {
            return "X holds no rules any more; it last held some at %s. Add rules with 'gapless rules apply', or declare them with .rules(…)."
                    .formatted(e.lastSeenAt());
        }
        if (event instanceof StreamEvent.NoRules) {
            return "X holds no rule for this app, so there is nothing to stream. Add one with .rules(…) on the builder,"
                    + " or with `gapless rules apply FILE`.";
        }
        if (event instanceof StreamEvent.TokenRefused) return "X refused the token; the token source is asked again.";
        if (event instanceof StreamEvent.Quiet e) {
            return "Keep-alives come, but no post since %s.".formatted(e.lastPostAt());
        }
        if (event instanceof StreamEvent.ClockJumped e) {
            return "The clocks went apart by %d ms: the machine slept, or its clock was set."
                    .formatted(e.by().toMillis());
        }
        if (event instanceof StreamEvent.Failed e)
            return "The stream has given up: " + e.failure().getMessage();
        if (event instanceof StreamEvent.Closed e) {
            return e.unhandled() == 0
                    ? "The stream is closed."
                    : "The stream is closed; %d posts were received and not handled.".formatted(e.unhandled());
        }
        if (event instanceof StreamEvent.EventsDropped e) {
            return "%d events were dropped: the listener is too slow.".formatted(e.count());
        }
        return ofPosts(event);
    }

    private static String fault(LineFault fault) {
        return switch (fault) {
            case TOO_LONG -> "is longer than lineMaxBytes and was passed over";
            case NOT_JSON -> "is no JSON and was passed over";
            case NO_ID -> "holds data without an id and was passed over";
            case NOT_UTF8 -> "holds bytes that are no UTF-8; its post is handed over all the same";
            case UNFINISHED -> "had not come to its end when the connection ended, and was dropped";
        };
    }

    private static String rulesSynced(RulePlan done) {
        return "The rules on X are in line: %d added, %d retagged, %d deleted, %d kept."
                .formatted(
                        done.add().size(),
                        done.retag().size(),
                        done.delete().size(),
                        done.keep().size());
    }

    private static String ofPosts(StreamEvent event) {
        if (event instanceof StreamEvent.LineFaulty e) {
            String post = e.postId().isPresent() ? " of post " + e.postId().getAsLong() : "";
            String one = "A line%s of %d bytes %s.".formatted(post, e.lengthBytes(), fault(e.fault()));
            return e.count() == 1 ? one : more(e.count()) + one;
        }
        if (event instanceof StreamEvent.LinesUnreadable e) {
            return "Connection %d brought %d lines that cannot be read, and for %s none that can: what X sent since %s is missing."
                    .formatted(e.connection(), e.lines(), Durations.text(Duration.between(e.from(), e.at())), e.from());
        }
        if (event instanceof StreamEvent.PostUnavailable e) {
            return (e.count() == 1 ? "" : more(e.count())) + "X cannot give a post that matched: "
                    + e.problem().describe() + ".";
        }
        if (event instanceof StreamEvent.SpillLost e) {
            return "%d posts that waited on the disk cannot be read back: everything since %s is asked for again, if there is a recovery; check the disk: %s."
                    .formatted(e.posts(), e.oldest(), oneLine(e.cause()));
        }
        if (event instanceof StreamEvent.MessageUnknown e) {
            return (e.count() == 1 ? "" : more(e.count())) + "X sent a message of an unknown kind: " + e.json();
        }
        if (event instanceof StreamEvent.HandlerFailed e) {
            return "The handler threw at post %d, try %d: %s.".formatted(e.postId(), e.attempt(), oneLine(e.cause()));
        }
        if (event instanceof StreamEvent.HandlerDown e) {
            return "The handler fails for every post; dispatch pauses and tries again: %s."
                    .formatted(oneLine(e.cause()));
        }
        if (event instanceof StreamEvent.HandlerUp) return "The handler works again.";
        if (event instanceof StreamEvent.DeadLettered e) {
            return "Post %d is dead-lettered after its tries: %s."
                    .formatted(e.post().id(), oneLine(e.cause()));
        }
        if (event instanceof StreamEvent.DeadLetterFailed e) {
            return "Post %d could not be dead-lettered; dispatch waits: %s.".formatted(e.postId(), oneLine(e.cause()));
        }
        throw new AssertionError("not a kind of event: " + event);
    }

    private static String more(long count) {
        return "This happened " + count + " more times; the last one: ";
    }

    /** A user's exception may say anything; a log line stays a line. */
    private static String oneLine(Throwable cause) {
        return cause.toString().replaceAll("\\s+", " ");
    }
}
