package io.gapless.stream.rules;

/**
 * A rule as X shall hold it.
 *
 * @param value what it shall match
 * @param tag its whole tag on X, owner included
 */
public record WantedRule(String value, String tag) {}
