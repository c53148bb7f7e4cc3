package io.gapless.stream.rules;

import io.gapless.stream.rules.syntax.RuleFinding;
import io.gapless.stream.rules.syntax.RuleSyntax;
import io.gapless.stream.rules.syntax.RuleText;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Holds the rules that a program wants on X, each with a name. Immutable.
 *
 * <p>On X, the tag of a rule is the owner and the name, such as {@code gapless:cats}. The owner marks the rules of this
 * program: only these are ever deleted. Two programs that share an app on X need different owners, or each would delete
 * the other's rules.
 *
 * <p>White space around names and values is removed. {@link #checked}, which the builders of streams call, checks the
 * values. {@link #parse(String)} checks the values, too, so that its message can name the line. X decides in the end.
 */
public final class RuleSet {
    private static final int ERRORS_SHOWN_MAX = 10;
    private static final long FILE_MAX_BYTES = 16 * 1024 * 1024;

    private final String owner;
    private final Map<String, String> valuesByName;

    private RuleSet(String owner, Map<String, String> valuesByName) {
        this.owner = owner;
        this.valuesByName = Collections.unmodifiableMap(valuesByName);
    }

    /**
     * Returns a set of one rule.
     *
     * @param name the name of the rule, such as {@code cats}; without {@code =} and line breaks
     * @param value what the rule matches, such as {@code cat has:images -is:retweet}
     * @return the set
     * @throws IllegalArgumentException if name or value is blank, or the name cannot be a tag
     */
    public static RuleSet of(String name, String value) {
        return new RuleSet(RuleNames.STANDARD_OWNER, new LinkedHashMap<>()).and(name, value);
    }

    /**
     * Returns a set of several rules.
     *
     * @param valuesByName the value of each rule by its name, as for {@link #of(String, String)}; the set keeps the
     *     map's order
     * @return the set
     * @throws IllegalArgumentException as {@link #and}, or if the map is empty
     */
    public static RuleSet of(Map<String, String> valuesByName) {
        if (valuesByName == null || valuesByName.isEmpty()) refuse("the map is empty; add at least one rule");
        RuleSet set = new RuleSet(RuleNames.STANDARD_OWNER, new LinkedHashMap<>());
        for (Map.Entry<String, String> rule : valuesByName.entrySet()) set = set.and(rule.getKey(), rule.getValue());
        return set;
    }

    /**
     * Returns a copy with one more rule.
     *
     * @param name the name of the rule, which is not in the set yet
     * @param value what the rule matches; not in the set yet, since X accepts each value once
     * @return the copy
     * @throws IllegalArgumentException if name or value is blank or already in the set, or the name cannot be a tag
     */
    public RuleSet and(String name, String value) {
        if (name == null) refuse("the name of a rule is null; give it a name");
        if (value == null)
            refuse("the value of '" + RuleText.shown(name) + "' is null; give it a value, such as: cat has:images");
        Map<String, String> more = new LinkedHashMap<>(valuesByName);
        String strippedName = name.strip();
        String strippedValue = value.strip();
        RuleNames.objection(more, strippedName, strippedValue).ifPresent(RuleSet::refuse);
        if (more.containsValue(strippedValue)) {
            refuse("'" + strippedName
                    + "' has the same value as another rule, and X accepts each value once; remove one of the two");
        }
        more.put(strippedName, strippedValue);
        return new RuleSet(owner, more).withTagsChecked();
    }

    private static void refuse(String objection) {
        throw new IllegalArgumentException("rules: " + objection);
    }

    /**
     * Returns a copy with another owner. The default owner is {@code gapless}.
     *
     * @param owner the first part of the tags on X; without {@code :} and control characters
     * @return the copy
     * @throws IllegalArgumentException if the owner is blank or contains such a character
     */
    public RuleSet ownedBy(String owner) {
        if (owner == null) refuse("the owner is null; use a plain word");
        String stripped = owner.strip();
        if (stripped.isEmpty() || stripped.contains(":") || stripped.chars().anyMatch(Character::isISOControl)) {
            refuse("the owner '" + RuleText.shown(owner)
                    + "' is empty, or contains ':' or a control character; use a plain word");
        }
        return new RuleSet(stripped, valuesByName).withTagsChecked();
    }

    private RuleSet withTagsChecked() {
        valuesByName.keySet().forEach(name -> RuleNames.tagObjection(owner, name)
                .ifPresent(RuleSet::refuse));
        return this;
    }

    /**
     * Reads rules from text: one rule per line, as {@code name = value}. Empty lines and lines that begin with {@code
     * #} are skipped. A comment behind a rule is refused.
     *
     * <pre>
     * # pets
     * cats = cat has:images -is:retweet
     * dogs = dog OR puppy
     * </pre>
     *
     * @param text the lines
     * @return the set, owned by {@code gapless}
     * @throws RulesException with {@link RulesException.Reason#FILE} if a line is not a rule, a name or value occurs
     *     twice, a value has an error, or there is no rule; the message names lines and columns
     */
    public static RuleSet parse(String text) {
        return parse("rules", text);
    }

    /**
     * Reads rules from text that has a name, as {@link #parse(String)} does.
     *
     * @param source the name of the text in error messages, such as the name of its file
     * @param text the lines
     * @return the set, owned by {@code gapless}
     * @throws RulesException as {@link #parse(String)}
     */
    public static RuleSet parse(String source, String text) {
        return new RuleSet(RuleNames.STANDARD_OWNER, RuleFile.parse(source, text));
    }

    /**
     * Reads rules from a file in UTF-8, as {@link #parse(String)} does.
     *
     * @param file at most 16 MiB
     * @return the set, owned by {@code gapless}
     * @throws RulesException with {@link RulesException.Reason#FILE} if the file cannot be read, or as {@link
     *     #parse(String)}
     */
    public static RuleSet read(Path file) {
        try {
            if (Files.size(file) > FILE_MAX_BYTES) {
                throw RulesException.file(
                        file + " is larger than " + FILE_MAX_BYTES + " bytes, and no account at X may have that"
                                + " many rules. Check that it is the right file.");
            }
            return new RuleSet(RuleNames.STANDARD_OWNER, RuleFile.parse(file.toString(), Files.readString(file)));
        } catch (CharacterCodingException e) {
            throw RulesException.file(file + " is not in UTF-8. Save it as UTF-8.");
        } catch (IOException e) {
            throw RulesException.file(
                    file + " cannot be read: " + e + ". Check the path, and that this user may read the file.");
        }
    }

    /**
     * Returns the rules with their tags on X.
     *
     * @return the rules, in the order in which they were added
     */
    public List<WantedRule> rules() {
        return valuesByName.entrySet().stream()
                .map(rule -> new WantedRule(rule.getValue(), owner + ":" + rule.getKey()))
                .toList();
    }

    /**
     * Returns this set, if none of its rules has an error.
     *
     * @param maxLength the maximum length of a rule for this account, in characters, such as {@link
     *     RuleSyntax#PAY_PER_USE_MAX_LENGTH}
     * @return this
     * @throws IllegalArgumentException if a rule has an error; the message names up to 10
     *     errors, each with the tag of the rule and what to change
     */
    public RuleSet checked(int maxLength) {
        List<String> errors = rules().stream()
                .flatMap(rule -> errors(rule, maxLength))
                .limit(ERRORS_SHOWN_MAX)
                .toList();
        if (!errors.isEmpty()) refuse("X would refuse these rules.\n" + String.join("\n", errors));
        return this;
    }

    private static Stream<String> errors(WantedRule rule, int maxLength) {
        return RuleSyntax.check(rule.value(), maxLength).stream()
                .filter(finding -> finding.severity() == RuleFinding.Severity.ERROR)
                .map(finding -> RuleText.shown(rule.tag()) + ": " + finding.pointAt(rule.value()));
    }

    boolean owns(Rule rule) {
        return rule.tag().startsWith(owner + ":");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RuleSet that && owner.equals(that.owner) && valuesByName.equals(that.valuesByName);
    }

    @Override
    public int hashCode() {
        return 31 * owner.hashCode() + valuesByName.hashCode();
    }

    @Override
    public String toString() {
        return owner + valuesByName;
    }

    /**
     * Describes a rule that the program wants on X.
     *
     * @param value what the rule matches, in X's syntax
     * @param tag the whole tag of the rule on X, with the owner
     */
    public record WantedRule(String value, String tag) {}
}
