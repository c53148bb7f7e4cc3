package io.gapless.stream.rules;

/**
 * Describes a rule that the program wants on X.
 *
 * @param value what it matches, in X's syntax
 * @param tag its whole tag on X, with the owner
 */
public record WantedRule(String value, String tag) {}
