package io.gapless.emulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Holds the rules of the emulated project and their last 1,000 changes, so that the rules of a past time can be found.
 * Owns the rules and the changes. Saves each change in the state file, and restores the changes from this file at the
 * start. Thread-safe.
 */
final class RuleBook {
    private static final int CHANGES_REMEMBERED = 1_000;

    /** The value in the state file that replaces the time of change for a rule that was in force from the start. */
    private static final long FROM_START = 0;

    private final XTime time;
    private final StateFile state;
    private final Deque<Edition> editions = new ArrayDeque<>();
    private volatile Edition current;
    private int sequence;

    /** The rules in force from one change to the next. */
    record Edition(int number, long sinceMillis, List<Rule> rules) {
        List<Rule> matching(PostFacts post) {
            return rules.stream().filter(rule -> rule.clause().matches(post)).toList();
        }
    }

    RuleBook(XTime time, StateFile state) {
        this.time = time;
        this.state = state;
        this.current = new Edition(0, Long.MIN_VALUE, List.of());
        editions.add(current);
        state.ruleChanges().forEach(this::restore);
    }

    Edition current() {
        return current;
    }

    /** Returns the rules that were in force at a time, or the oldest rules kept if the time is earlier. */
    synchronized Edition at(long millis) {
        for (Iterator<Edition> newestFirst = editions.descendingIterator(); newestFirst.hasNext(); ) {
            Edition edition = newestFirst.next();
            if (edition.sinceMillis() <= millis) {
                return edition;
            }
        }
        return editions.getFirst();
    }

    synchronized Rule add(String value, @Nullable String tag, Clause clause) {
        Rule rule = draft(value, tag, clause);
        List<Rule> rules = new ArrayList<>(current.rules());
        rules.add(rule);
        long now = time.millis();
        beginEdition(rules, now);
        state.saveRule(rule, now);
        return rule;
    }

    /** Adds a rule that has been in force for all of the past. */
    synchronized void addFromStart(String value, @Nullable String tag, Clause clause) {
        List<Rule> rules = new ArrayList<>(current.rules());
        Rule rule = draft(value, tag, clause);
        rules.add(rule);
        editions.clear();
        beginEdition(rules, Long.MIN_VALUE);
        state.saveRule(rule, FROM_START);
    }

    private void restore(StateFile.RuleChange change) {
        List<Rule> rules = new ArrayList<>(current.rules());
        if (change instanceof StateFile.RuleChange.Added added) {
            rules.add(added.rule());
            boolean fromStart = added.atMillis() == FROM_START;
            if (fromStart) {
                editions.clear();
            }
            beginEdition(rules, fromStart ? Long.MIN_VALUE : added.atMillis());
            sequence++;
        } else if (change instanceof StateFile.RuleChange.Removed removed) {
            rules.removeIf(rule -> rule.id() == removed.ruleId());
            beginEdition(rules, removed.atMillis());
        }
    }

    /** Returns a rule with a new id, without adding the rule. The answer to a dry run contains such rules. */
    synchronized Rule draft(String value, @Nullable String tag, Clause clause) {
        int next = sequence++;
        return new Rule(Snowflake.id(time.millis(), 2, next % Snowflake.SEQUENCES_PER_MILLI), value, tag, clause);
    }

    /** Removes the rules that meet a condition. Returns their number. */
    synchronized int remove(Predicate<Rule> which) {
        List<Rule> rules = new ArrayList<>(current.rules());
        List<Rule> removed = rules.stream().filter(which).toList();
        if (rules.removeAll(removed)) {
            long now = time.millis();
            beginEdition(rules, now);
            removed.forEach(rule -> state.saveRemoval(rule, now));
        }
        return removed.size();
    }

    private void beginEdition(List<Rule> rules, long sinceMillis) {
        current = new Edition(current.number() + 1, sinceMillis, List.copyOf(rules));
        editions.add(current);
        if (editions.size() > CHANGES_REMEMBERED) {
            editions.removeFirst();
        }
    }
}
