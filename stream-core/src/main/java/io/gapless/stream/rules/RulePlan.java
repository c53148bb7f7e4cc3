package io.gapless.stream.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The way from the rules that X holds to the rules that it shall hold. Immutable; carried out by {@link Rules#apply}.
 *
 * @param add what X does not hold yet
 * @param retag what X holds for us under another tag; X knows each value once, so the old one must go first
 * @param delete ours, and no longer wanted
 * @param keep ours, and as they shall be
 * @param covered wanted, but held by someone else's rule of the same value. X cannot hold it twice, so it is not added:
 *     the posts come, under the other rule's tag
 * @param foreign the rules of others, which are left alone
 */
public record RulePlan(
        List<WantedRule> add,
        List<Match> retag,
        List<Rule> delete,
        List<Rule> keep,
        List<Match> covered,
        List<Rule> foreign) {

    /**
     * A wanted rule and the rule that X holds with the same value.
     *
     * @param wanted what X shall hold
     * @param held what X holds
     */
    public record Match(WantedRule wanted, Rule held) {}

    /**
     * Keeps copies.
     *
     * @param add what to add
     * @param retag what to delete and add under its new tag
     * @param delete what to delete
     * @param keep what stays
     * @param covered what others hold
     * @param foreign what is left alone
     */
    public RulePlan {
        add = List.copyOf(add);
        retag = List.copyOf(retag);
        delete = List.copyOf(delete);
        keep = List.copyOf(keep);
        covered = List.copyOf(covered);
        foreign = List.copyOf(foreign);
    }

    /**
     * Compares; touches nothing.
     *
     * @param wanted what X shall hold
     * @param held all rules that X holds for this app
     * @return what to do
     */
    public static RulePlan between(RuleSet wanted, List<Rule> held) {
        Map<String, Rule> ours = new HashMap<>();
        Map<String, Rule> others = new HashMap<>();
        List<Rule> foreign = new ArrayList<>();
        for (Rule rule : held) {
            if (wanted.owns(rule)) {
                ours.putIfAbsent(rule.value(), rule);
            } else {
                others.putIfAbsent(rule.value(), rule);
                foreign.add(rule);
            }
        }
        List<WantedRule> add = new ArrayList<>();
        List<Match> retag = new ArrayList<>();
        List<Rule> keep = new ArrayList<>();
        List<Match> covered = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (WantedRule rule : wanted.rules()) {
            Rule own = ours.get(rule.value());
            Rule other = others.get(rule.value());
            if (own != null) {
                used.add(own.id());
                if (own.tag().equals(rule.tag())) keep.add(own);
                else retag.add(new Match(rule, own));
            } else if (other != null) {
                covered.add(new Match(rule, other));
            } else {
                add.add(rule);
            }
        }
        List<Rule> delete = held.stream()
                .filter(rule -> wanted.owns(rule) && !used.contains(rule.id()))
                .toList();
        return new RulePlan(add, retag, delete, keep, covered, foreign);
    }

    /**
     * Whether X already holds what it shall.
     *
     * @return true if there is nothing to add, retag or delete
     */
    public boolean isEmpty() {
        return add.isEmpty() && retag.isEmpty() && delete.isEmpty();
    }

    /**
     * The plan for people, a line for each rule.
     *
     * @return lines without a line break at the end
     */
    public String describe() {
        List<String> lines = new ArrayList<>();
        add.forEach(rule -> lines.add("+ add     " + text(rule.tag(), rule.value())));
        retag.forEach(match -> lines.add("~ retag   " + text(match.wanted.tag(), match.wanted.value()) + "  (was "
                + RuleText.shown(match.held.tag()) + ")"));
        delete.forEach(rule -> lines.add("- delete  " + text(rule.tag(), rule.value())));
        keep.forEach(rule -> lines.add("= keep    " + text(rule.tag(), rule.value())));
        covered.forEach(match -> lines.add("! covered " + text(match.wanted.tag(), match.wanted.value())
                + "  (someone else's rule " + match.held.id() + ", tag '" + RuleText.shown(match.held.tag())
                + "', has this value; its posts come under that tag)"));
        if (!foreign.isEmpty()) {
            lines.add(
                    foreign.size() == 1
                            ? "1 rule of others is left alone."
                            : foreign.size() + " rules of others are left alone.");
        }
        lines.add(
                isEmpty()
                        ? "Nothing to do."
                        : "To do: " + add.size() + " to add, " + retag.size() + " to retag, " + delete.size()
                                + " to delete.");
        return String.join("\n", lines);
    }

    private static String text(String tag, String value) {
        return RuleText.shown(tag) + "  " + RuleText.shown(value);
    }
}
