package io.gapless.stream.rules;

import io.gapless.stream.rules.syntax.RuleText;
import java.util.Map;
import java.util.Optional;

/** Decides which names and tags a rule may have. */
final class RuleNames {
    static final String STANDARD_OWNER = "gapless";

    /** The longest tag that X's older interfaces accept. X documents no newer limit. */
    private static final int TAG_MAX_CHARACTERS = 255;

    private RuleNames() {}

    /**
     * Returns why a rule cannot be added, as a sentence; empty if it can. Checks the tag of the rule, too, with the
     * default owner.
     */
    static Optional<String> objection(Map<String, String> valuesByName, String name, String value) {
        if (name.isEmpty()) return Optional.of("a rule has no name; give it a name");
        if (name.contains("=") || name.chars().anyMatch(Character::isISOControl)) {
            return Optional.of(
                    "the name '" + RuleText.shown(name) + "' contains '=' or a control character; remove it");
        }
        if (value.isEmpty())
            return Optional.of("'" + RuleText.shown(name) + "' has no value; add one, such as: cat has:images");
        if (valuesByName.containsKey(name)) {
            return Optional.of("'" + RuleText.shown(name) + "' occurs twice; rename one of the two");
        }
        return tagObjection(STANDARD_OWNER, name);
    }

    /** Returns why a tag cannot be used, as a sentence; empty if it can. */
    static Optional<String> tagObjection(String owner, String name) {
        String tag = owner + ":" + name;
        if (tag.length() <= TAG_MAX_CHARACTERS) return Optional.empty();
        return Optional.of("the tag '" + RuleText.shown(tag) + "' has more than " + TAG_MAX_CHARACTERS
                + " characters; shorten the name");
    }
}
