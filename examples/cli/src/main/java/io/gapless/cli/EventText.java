package io.gapless.cli;

import io.gapless.stream.StreamEvent;
import io.gapless.stream.rules.RulePlan;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Events for people: a line each, with the time, what happened, and what to do where something can be done. */
final class EventText {
    private EventText() {}

    static String of(StreamEvent event) {
        return event.at().truncatedTo(ChronoUnit.MILLIS) + "  " + Text.line(sentence(event));
    }

    private static String sentence(StreamEvent event) {
        if (event instanceof StreamEvent.Started) return "Started.";
        if (event instanceof StreamEvent.Connecting e) return connection(e.connection()) + "connecting.";
        if (event instanceof StreamEvent.Connected e) return connection(e.connection()) + "up.";
        if (event instanceof StreamEvent.ConnectFailed e) {
            return connection(e.connection()) + "did not come about: " + e.how().describe() + ".";
        }
        if (event instanceof StreamEvent.Disconnected e) {
            return connection(e.connection()) + "ended: " + e.how().describe() + "; last signal "
                    + ago(e.lastSignalAt(), e) + ".";
        }
        if (event instanceof StreamEvent.Waiting e) return connection(e.connection()) + waiting(e);
        if (event instanceof StreamEvent.OutageStarted e) {
            return "Outage " + e.outageId() + " began " + ago(e.from(), e) + ": "
                    + e.cause().describe() + ".";
        }
        if (event instanceof StreamEvent.OutageEnded e) {
            return "Outage " + e.outage().id() + " is over after "
                    + Text.duration(e.outage().length())
                    + (e.outage().slowReader() ? ", caused by the output being too slow" : "")
                    + "; posts that X sent meanwhile are lost.";
        }
        return rulesSentence(event);
    }

    private static String rulesSentence(StreamEvent event) {
        if (event instanceof StreamEvent.RulesSynced e) return "Rules in line: " + rules(e.plan()) + ".";
        if (event instanceof StreamEvent.RulesNotSynced e) {
            return "The rules could not be brought in line: " + e.why() + " Next try in " + Text.duration(e.nextTry())
                    + ".";
        }
        if (event instanceof StreamEvent.NoRules e) {
            return "X holds no rules, so there is nothing to stream ("
                    + e.problem().describe()
                    + "). Add some with 'gapless rules apply FILE' or 'consume --rules-file FILE'.";
        }
        return outputSentence(event);
    }

    private static String outputSentence(StreamEvent event) {
        if (event instanceof StreamEvent.ReadingPaused e) {
            return "The output is slower than X: reading pauses with " + e.heldBytes()
                    + " bytes unwritten. If this lasts, X ends the connection.";
        }
        if (event instanceof StreamEvent.ReadingResumed e) {
            return "Reading goes on after " + Text.duration(e.length()) + ".";
        }
        if (event instanceof StreamEvent.HandlerFailed e) {
            return "Post " + e.postId() + " could not be written, try " + e.attempt() + ": " + cause(e.cause()) + ".";
        }
        if (event instanceof StreamEvent.HandlerDown e) {
            return "No post can be written: " + cause(e.cause()) + ".";
        }
        if (event instanceof StreamEvent.HandlerUp) return "Posts can be written again.";
        if (event instanceof StreamEvent.DeadLettered e) {
            return "Post " + e.post().id() + " was given up: " + cause(e.cause()) + ".";
        }
        if (event instanceof StreamEvent.DeadLetterFailed e) {
            return "Post " + e.postId() + " could not be put aside: " + cause(e.cause()) + ".";
        }
        return lineSentence(event);
    }

    private static String lineSentence(StreamEvent event) {
        if (event instanceof StreamEvent.LineFaulty e) {
            return connection(e.connection())
                    + fault(e)
                    + (e.postId().isPresent() ? " Its post is " + e.postId().getAsLong() + "." : "");
        }
        if (event instanceof StreamEvent.MessageUnknown e) {
            return connection(e.connection()) + "a message of a kind that is not known: " + e.json();
        }
        if (event instanceof StreamEvent.Quiet e) {
            return "Keep-alives come, but no post since " + e.lastPostAt().truncatedTo(ChronoUnit.SECONDS) + ".";
        }
        if (event instanceof StreamEvent.ClockJumped e) {
            return "The clock went " + Text.duration(e.by().abs()) + (e.by().isNegative() ? " back" : " ahead")
                    + ": it was set, or the machine was asleep.";
        }
        if (event instanceof StreamEvent.TokenRefused) return "X refuses the token; it is fetched anew and tried once.";
        if (event instanceof StreamEvent.EventsDropped e) {
            return e.count() + " events are missing here: they came faster than they could be printed.";
        }
        if (event instanceof StreamEvent.Failed e)
            return "Given up: " + e.failure().getMessage();
        if (event instanceof StreamEvent.Closed e) {
            return e.unhandled() == 0
                    ? "Closed; every post received was written."
                    : "Closed with " + e.unhandled() + " posts received and not written.";
        }
        return event.getClass().getSimpleName() + ": " + event;
    }

    private static String connection(int number) {
        return "Connection " + number + ": ";
    }

    private static String ago(Instant moment, StreamEvent event) {
        return Text.duration(Duration.between(moment, event.at())) + " ago";
    }

    private static String waiting(StreamEvent.Waiting event) {
        String when = "next try in " + Text.duration(Duration.between(event.at(), event.nextTryAt()));
        return switch (event.why()) {
            case BACKOFF -> when + ".";
            case CEILING -> when + ", the longest wait there is: this has failed many times.";
            case BUDGET -> when + ": more connects would break X's limit of connects in 15 minutes.";
            case PARKED ->
                "parked, since X lets nothing through without credits or beyond the usage cap; buy credits or"
                        + " wait for the next period; " + when + ".";
        };
    }

    private static String rules(RulePlan plan) {
        return plan.add().size() + " added, " + plan.retag().size() + " retagged, "
                + plan.delete().size() + " deleted, " + plan.keep().size() + " kept"
                + (plan.covered().isEmpty() ? "" : ", " + plan.covered().size() + " covered by others' rules");
    }

    private static String fault(StreamEvent.LineFaulty event) {
        String line = "a line of " + event.lengthBytes() + " bytes ";
        return switch (event.fault()) {
            case TOO_LONG -> line + "is over the limit, and was passed over.";
            case NOT_JSON -> line + "is no JSON, and was passed over.";
            case NO_ID -> line + "is a post without an id, and was passed over.";
            case NOT_UTF8 -> line + "is not UTF-8, and was written as it is.";
            case UNFINISHED -> line + "was cut off by the end of the connection, and was dropped.";
        };
    }

    private static String cause(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
