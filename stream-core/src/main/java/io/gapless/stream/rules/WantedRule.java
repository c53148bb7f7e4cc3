package io.gapless.stream.rules;

/**
 * Describes a rule that the program wants on X.
 *
 * @param value what the rule matches, in X's syntax
 * @param tag the whole tag of the rule on X, with the owner
 */
public record WantedRule(String value, String tag) {}
