package io.gapless.stream.rules;

/**
 * Describes a rule that exists on X. X cannot change the value or the tag of a rule: a changed rule is a new rule with
 * a new id. So rely on the tag, not on the id.
 *
 * @param id X's number for the rule
 * @param value the value, which decides which posts the rule matches; each value exists once per app
 * @param tag the tag that matching posts carry; empty if the rule has no tag
 */
public record Rule(String id, String value, String tag) {}
