package io.gapless.page;

import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RulePlan;
import io.gapless.stream.rules.RuleSet.WantedRule;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what events have reported: how each connection has been, the newest events worth reading, and the rules.
 * Bounded, whatever happens. The monitor guards everything; the listener's thread adds, the page's threads read.
 */
final class Story {
    private static final int PARTS_MAX = 240;
    private static final int EVENTS_MAX = 40;
    private static final int RULES_MAX = 1_000;
    private static final int WORDS_MAX = 600;

    /** Names what a connection does during a part of its time. */
    enum Doing {
        CONNECTING,
        UP,
        WAITING
    }

    /**
     * Holds a part of a connection's time.
     *
     * @param cause how the part ended, or what a wait is for; empty while it lasts
     * @param kind the cause of the ending, as {@link Disconnection.Cause} names it; empty if the connection did not end
     */
    record Part(Doing doing, Instant from, @Nullable Instant until, String cause, String kind) {
        Part ended(Instant at, String how, String kind) {
            return new Part(doing, from, at, how, kind);
        }
    }

    /** Holds an event to read. */
    record News(Instant at, Level level, String words) {}

    enum Level {
        INFO,
        WARNING,
        ERROR
    }

    private final Map<Integer, ArrayDeque<Part>> connections = new TreeMap<>();
    private final ArrayDeque<News> news = new ArrayDeque<>();
    private List<Rule> rules = List.of();
    private long changes;

    synchronized void add(StreamEvent event) {
        if (event instanceof StreamEvent.Connecting e) begin(e.connection(), Doing.CONNECTING, e.at(), "");
        else if (event instanceof StreamEvent.Connected e) begin(e.connection(), Doing.UP, e.at(), "");
        else if (event instanceof StreamEvent.ConnectFailed e) end(e.connection(), e.at(), e.how());
        else if (event instanceof StreamEvent.Disconnected e) end(e.connection(), e.at(), e.how());
        else if (event instanceof StreamEvent.Waiting e)
            begin(
                    e.connection(),
                    Doing.WAITING,
                    e.at(),
                    e.cause().map(Disconnection::describe).orElse(""));
        else if (event instanceof StreamEvent.RulesSynced e) rules = rules(e.plan());
        else if (event instanceof StreamEvent.Closed || event instanceof StreamEvent.Failed) endAll(event.at());
        Optional<Level> level = level(event);
        if (level.isPresent()) {
            news.addFirst(new News(event.at(), level.get(), shortened(event.describe())));
            if (news.size() > EVENTS_MAX) news.removeLast();
        }
        changes++;
    }

    private void begin(int connection, Doing doing, Instant at, String cause) {
        ArrayDeque<Part> parts = connections.computeIfAbsent(connection, number -> new ArrayDeque<>());
        Part last = parts.pollLast();
        if (last != null) parts.addLast(last.until() == null ? last.ended(at, last.cause(), "") : last);
        parts.addLast(new Part(doing, at, null, shortened(cause), ""));
        while (parts.size() > PARTS_MAX) parts.removeFirst();
    }

    private void end(int connection, Instant at, Disconnection how) {
        ArrayDeque<Part> parts = connections.computeIfAbsent(connection, number -> new ArrayDeque<>());
        Part last = parts.pollLast();
        if (last == null) return;
        boolean lasts = last.until() == null;
        parts.addLast(
                lasts ? last.ended(at, shortened(how.describe()), how.cause().name()) : last);
    }

    private void endAll(Instant at) {
        for (ArrayDeque<Part> parts : connections.values()) {
            Part last = parts.pollLast();
            if (last != null) parts.addLast(last.until() == null ? last.ended(at, "closed", "CLOSED_BY_US") : last);
        }
    }

    private static List<Rule> rules(RulePlan plan) {
        List<Rule> all = new ArrayList<>(plan.keep());
        for (WantedRule rule : plan.add()) all.add(new Rule("", rule.value(), rule.tag()));
        for (RulePlan.Match match : plan.retag())
            all.add(new Rule(
                    match.held().id(), match.wanted().value(), match.wanted().tag()));
        for (RulePlan.Match match : plan.covered()) all.add(match.held());
        return List.copyOf(all.subList(0, Math.min(all.size(), RULES_MAX)));
    }

    /** Returns how serious an event is; empty if the page shows it elsewhere, or if it is routine. */
    private static Optional<Level> level(StreamEvent event) {
        if (event instanceof StreamEvent.OfRecovery e) {
            return Optional.of(
                    switch (e.severity()) {
                        case INFO -> Level.INFO;
                        case WARNING -> Level.WARNING;
                        case ERROR -> Level.ERROR;
                    });
        }
        if (event instanceof StreamEvent.Connecting || event instanceof StreamEvent.HandlerFailed)
            return Optional.empty();
        if (event instanceof StreamEvent.Failed || event instanceof StreamEvent.DeadLettered)
            return Optional.of(Level.ERROR);
        boolean calm = event instanceof StreamEvent.Started
                || event instanceof StreamEvent.Connected
                || event instanceof StreamEvent.RulesSynced
                || event instanceof StreamEvent.OutageEnded
                || event instanceof StreamEvent.ReadingResumed
                || event instanceof StreamEvent.HandlerUp
                || event instanceof StreamEvent.Closed;
        return Optional.of(calm ? Level.INFO : Level.WARNING);
    }

    private static String shortened(String words) {
        return words.length() <= WORDS_MAX ? words : words.substring(0, WORDS_MAX) + "…";
    }

    synchronized Map<Integer, List<Part>> connections() {
        Map<Integer, List<Part>> copy = new TreeMap<>();
        connections.forEach((number, parts) -> copy.put(number, List.copyOf(parts)));
        return copy;
    }

    synchronized List<News> news() {
        return List.copyOf(news);
    }

    synchronized List<Rule> rules() {
        return rules;
    }

    synchronized long changes() {
        return changes;
    }
}
