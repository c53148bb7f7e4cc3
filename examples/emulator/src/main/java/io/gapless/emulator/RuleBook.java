package io.gapless.emulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the emulated project, and which were in force when. Owns both; thread-safe. The last 1,000 changes are
 * remembered.
 */
final class RuleBook {
    private static final int CHANGES_REMEMBERED = 1_000;

    private static final long BEGINNING = 0;

    private final XTime time;
    private final StateFile state;
    private final Deque<Edition> editions = new ArrayDeque<>();
    private volatile Edition current;
    private int sequence;

    /** The rules from a moment on. */
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
    }

    Edition current() {
        return current;
    }

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
        publish(rules, now);
        state.added(rule, now);
        return rule;
    }

    /** A rule that has been in force for ever. */
    synchronized void addFromTheBeginning(String value, @Nullable String tag, Clause clause) {
        List<Rule> rules = new ArrayList<>(current.rules());
        Rule rule = draft(value, tag, clause);
        rules.add(rule);
        editions.clear();
        publish(rules, Long.MIN_VALUE);
        state.added(rule, BEGINNING);
    }

    /** Adds a rule as it was added before, with its id. */
    synchronized void restore(Rule rule, long atMillis) {
        List<Rule> rules = new ArrayList<>(current.rules());
        rules.add(rule);
        if (atMillis == BEGINNING) {
            editions.clear();
        }
        publish(rules, atMillis == BEGINNING ? Long.MIN_VALUE : atMillis);
        sequence++;
    }

    /** Removes a rule as it was removed before. */
    synchronized void restoreRemoval(long id, long atMillis) {
        publish(current.rules().stream().filter(rule -> rule.id() != id).toList(), atMillis);
    }

    /** A rule with an id, held by nobody: what a dry run answers with. */
    synchronized Rule draft(String value, @Nullable String tag, Clause clause) {
        int next = sequence++;
        return new Rule(Snowflake.id(time.millis(), 2, next % Snowflake.SEQUENCES_PER_MILLI), value, tag, clause);
    }

    synchronized int remove(Predicate<Rule> which) {
        List<Rule> rules = new ArrayList<>(current.rules());
        List<Rule> removed = rules.stream().filter(which).toList();
        if (rules.removeAll(removed)) {
            long now = time.millis();
            publish(rules, now);
            removed.forEach(rule -> state.removed(rule, now));
        }
        return removed.size();
    }

    private void publish(List<Rule> rules, long sinceMillis) {
        current = new Edition(current.number() + 1, sinceMillis, List.copyOf(rules));
        editions.add(current);
        if (editions.size() > CHANGES_REMEMBERED) {
            editions.removeFirst();
        }
    }
}
