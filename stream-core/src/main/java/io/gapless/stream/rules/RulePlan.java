package io.gapless.stream.rules;

import io.gapless.stream.rules.RuleSet.WantedRule;
import io.gapless.stream.rules.syntax.RuleText;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lists the changes that turn the rules on X into the wanted rules. Immutable. {@link Rules#apply} carries the plan
 * out.
 *
 * @param add the wanted rules that X does not have
 * @param retag the wanted rules that X has under another tag of the same owner; X accepts each value once, so the old
 *     rule is deleted first
 * @param delete the owner's rules that are no longer wanted
 * @param keep the owner's rules that stay unchanged
 * @param covered the wanted rules whose value belongs to another owner's rule. X accepts each value once, so they are
 *     not added: their posts are delivered with the other rule's tag
 * @param foreign the rules of other owners, which are not changed
 */
public record RulePlan(
        List<WantedRule> add,
        List<Match> retag,
        List<Rule> delete,
        List<Rule> keep,
        List<Match> covered,
        List<Rule> foreign) {

    /**
     * Pairs a wanted rule with the rule on X that has the same value.
     *
     * @param wanted the wanted rule
     * @param held the rule on X
     */
    public record Match(WantedRule wanted, Rule held) {}

    /**
     * Copies the lists.
     *
     * @param add what to add
     * @param retag what to delete and add with its new tag
     * @param delete what to delete
     * @param keep what stays
     * @param covered what the rules of other owners cover
     * @param foreign what is not changed
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
     * Compares the wanted rules with the rules on X. The comparison changes no rule.
     *
     * @param wanted the wanted rules
     * @param held all rules on X for this app
     * @return the changes to make
     */
    public static RulePlan between(RuleSet wanted, List<Rule> held) {
        Map<String, Rule> ours = new HashMap<>();
        Map<String, Rule> others = new HashMap<>();
        List<Rule> foreign = new ArrayList<>();
        for (Rule rule : held) {
            if (wanted.owns(rule)) {
                ours.putIfAbsent(written(rule.value()), rule);
            } else {
                others.putIfAbsent(written(rule.value()), rule);
                foreign.add(rule);
            }
        }
        List<WantedRule> add = new ArrayList<>();
        List<Match> retag = new ArrayList<>();
        List<Rule> keep = new ArrayList<>();
        List<Match> covered = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (WantedRule rule : wanted.rules()) {
            Rule own = ours.get(written(rule.value()));
            Rule other = others.get(written(rule.value()));
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
     * Returns whether X already has the wanted rules.
     *
     * @return true if there is nothing to add, retag or delete
     */
    public boolean isEmpty() {
        return add.isEmpty() && retag.isEmpty() && delete.isEmpty();
    }

    /**
     * Describes the plan for people, with one line for each rule.
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
                + "  (rule " + match.held.id() + " of another owner, with the tag '" + RuleText.shown(match.held.tag())
                + "', has this value; its posts carry that tag)"));
        if (!foreign.isEmpty()) {
            lines.add(
                    foreign.size() == 1
                            ? "1 rule of another owner is not changed."
                            : foreign.size() + " rules of other owners are not changed.");
        }
        lines.add(
                isEmpty()
                        ? "There is nothing to do."
                        : "To do: " + add.size() + " to add, " + retag.size() + " to retag, " + delete.size()
                                + " to delete.");
        return String.join("\n", lines);
    }

    /**
     * Returns a value as X writes it. X turns runs of white space into one space, and composes letters with their
     * accents.
     */
    static String written(String value) {
        return Normalizer.normalize(value, Normalizer.Form.NFC).strip().replaceAll("\\s+", " ");
    }

    private static String text(String tag, String value) {
        return RuleText.shown(tag) + "  " + RuleText.shown(value);
    }
}
