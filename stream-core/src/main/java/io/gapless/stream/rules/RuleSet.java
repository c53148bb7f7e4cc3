package io.gapless.stream.rules;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules that X shall hold for us, each under a name of ours. Immutable.
 *
 * <p>On X, a rule's tag is the owner and the name, such as {@code gapless:cats}. The owner marks which rules are ours:
 * those alone are ever deleted. Two programs that share an app on X need an owner each, or each would delete the other's
 * rules.
 *
 * <p>Values are kept without white space around them. {@link #checked}, which the builders of streams call, checks
 * whether they make sense, and in the end X does; a {@linkplain #parse(String) file} is checked here, because only here
 * its lines are known.
 */
public final class RuleSet {
    private static final String STANDARD_OWNER = "gapless";
    /** The bound of X's older interfaces; nothing newer is documented. */
    private static final int TAG_MAX_CHARACTERS = 255;

    private static final int ERRORS_SHOWN_MAX = 10;
    private static final long FILE_MAX_BYTES = 16 * 1024 * 1024;

    private final String owner;
    private final Map<String, String> valuesByName;

    private RuleSet(String owner, Map<String, String> valuesByName) {
        this.owner = owner;
        this.valuesByName = Collections.unmodifiableMap(valuesByName);
    }

    /**
     * A set of one rule.
     *
     * @param name our name for it, such as {@code cats}; no {@code =} and no line break
     * @param value what it matches, such as {@code cat has:images -is:retweet}
     * @return the set
     * @throws IllegalArgumentException if name or value is blank, or the name cannot be a tag
     */
    public static RuleSet of(String name, String value) {
        return new RuleSet(STANDARD_OWNER, new LinkedHashMap<>()).and(name, value);
    }

    /**
     * Returns a set of several rules.
     *
     * @param valuesByName each rule's value by our name for it, as for {@link #of(String, String)}; kept in the map's
     *     order
     * @return the set
     * @throws IllegalArgumentException as {@link #and}, or if the map is empty
     */
    public static RuleSet of(Map<String, String> valuesByName) {
        if (valuesByName == null || valuesByName.isEmpty()) refuse("no rule was given; give one at least");
        RuleSet set = new RuleSet(STANDARD_OWNER, new LinkedHashMap<>());
        for (Map.Entry<String, String> rule : valuesByName.entrySet()) set = set.and(rule.getKey(), rule.getValue());
        return set;
    }

    /**
     * The same set with one rule more.
     *
     * @param name our name for it, not yet in the set
     * @param value what it matches, not yet in the set: X holds each value once
     * @return a copy
     * @throws IllegalArgumentException if name or value is blank or already in the set, or the name cannot be a tag
     */
    public RuleSet and(String name, String value) {
        if (name == null) refuse("the name of a rule is null; give it one");
        if (value == null) refuse("the value of '" + RuleText.shown(name) + "' is null; say what it matches");
        Map<String, String> more = new LinkedHashMap<>(valuesByName);
        String strippedName = name.strip();
        String strippedValue = value.strip();
        objection(more, strippedName, strippedValue).ifPresent(RuleSet::refuse);
        if (more.containsValue(strippedValue)) {
            refuse("'" + strippedName
                    + "' has the same value as another rule, and X holds a value once; keep one of the" + " two");
        }
        more.put(strippedName, strippedValue);
        return new RuleSet(owner, more).withTagsChecked();
    }

    private static void refuse(String objection) {
        throw new IllegalArgumentException("rules: " + objection);
    }

    /** What speaks against one more rule, its tag on X included as far as the standard owner goes. */
    static Optional<String> objection(Map<String, String> valuesByName, String name, String value) {
        if (name.isEmpty()) return Optional.of("a rule has no name; give it one");
        if (name.contains("=") || name.chars().anyMatch(Character::isISOControl)) {
            return Optional.of(
                    "the name '" + RuleText.shown(name) + "' holds a '=' or a control character; leave that out");
        }
        if (value.isEmpty()) return Optional.of("'" + RuleText.shown(name) + "' has no value; say what it matches");
        if (valuesByName.containsKey(name)) {
            return Optional.of("'" + RuleText.shown(name) + "' is there twice; rename one of the two");
        }
        return tagObjection(STANDARD_OWNER, name);
    }

    /**
     * The same rules under another owner. The standard owner is {@code gapless}.
     *
     * @param owner marks our rules on X; no {@code :} and no control character
     * @return a copy
     * @throws IllegalArgumentException if the owner is blank or holds what it may not
     */
    public RuleSet ownedBy(String owner) {
        if (owner == null) refuse("the owner is null; use a plain word");
        String stripped = owner.strip();
        if (stripped.isEmpty() || stripped.contains(":") || stripped.chars().anyMatch(Character::isISOControl)) {
            refuse("the owner '" + RuleText.shown(owner)
                    + "' is empty, or holds a ':' or a control character; use a plain word");
        }
        return new RuleSet(stripped, valuesByName).withTagsChecked();
    }

    private RuleSet withTagsChecked() {
        valuesByName.keySet().forEach(name -> tagObjection(owner, name).ifPresent(RuleSet::refuse));
        return this;
    }

    private static Optional<String> tagObjection(String owner, String name) {
        String tag = owner + ":" + name;
        if (tag.length() <= TAG_MAX_CHARACTERS) return Optional.empty();
        return Optional.of("the tag '" + RuleText.shown(tag) + "' is longer than " + TAG_MAX_CHARACTERS
                + " characters; shorten the name");
    }

    /**
     * Reads rules from text: one rule a line, as {@code name = value}. Empty lines and lines that begin with {@code #}
     * are skipped; a comment behind a rule is refused.
     *
     * <pre>
     * # pets
     * cats = cat has:images -is:retweet
     * dogs = dog OR puppy
     * </pre>
     *
     * @param text the lines
     * @return the set, owned by {@code gapless}
     * @throws RulesException with {@link RulesException.Reason#FILE} if a line is no rule, a name or value is there
     *     twice, a value has an {@linkplain RuleSyntax error}, or there is no rule; the message names lines and columns
     */
    public static RuleSet parse(String text) {
        return parse("rules", text);
    }

    /**
     * Reads rules from text that has a name, as {@link #parse(String)} does.
     *
     * @param source what the message of a refusal calls the text, such as the name of its file
     * @param text the lines
     * @return the set, owned by {@code gapless}
     * @throws RulesException as {@link #parse(String)}
     */
    public static RuleSet parse(String source, String text) {
        return new RuleSet(STANDARD_OWNER, RuleFile.parse(source, text));
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
                throw RulesException.file(file + " is larger than " + FILE_MAX_BYTES + " bytes; no X account holds that"
                        + " many rules. Is it the right file?");
            }
            return new RuleSet(STANDARD_OWNER, RuleFile.parse(file.toString(), Files.readString(file)));
        } catch (CharacterCodingException e) {
            throw RulesException.file(file + " is not UTF-8; save it as UTF-8.");
        } catch (IOException e) {
            throw RulesException.file(file + " cannot be read (" + e + ").");
        }
    }

    /**
     * The rules as X shall hold them.
     *
     * @return in the order in which they were given
     */
    public List<WantedRule> rules() {
        return valuesByName.entrySet().stream()
                .map(rule -> new WantedRule(rule.getValue(), owner + ":" + rule.getKey()))
                .toList();
    }

    /**
     * Returns the same set, if X would take each of its rules.
     *
     * @param maxLength how long a rule may be for this account, such as {@link RuleSyntax#PAY_PER_USE_MAX_LENGTH}
     * @return this
     * @throws IllegalArgumentException if a rule has an {@linkplain RuleSyntax error}; the message names each such rule by
     *     its tag, and what to change
     */
    public RuleSet checked(int maxLength) {
        List<String> errors = rules().stream()
                .flatMap(rule -> errors(rule, maxLength))
                .limit(ERRORS_SHOWN_MAX)
                .toList();
        if (!errors.isEmpty()) refuse("X would refuse what is given here.\n" + String.join("\n", errors));
        return this;
    }

    private static Stream<String> errors(WantedRule rule, int maxLength) {
        return RuleSyntax.check(rule.value(), maxLength).stream()
                .filter(finding -> finding.severity() == RuleSyntax.Severity.ERROR)
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
}
