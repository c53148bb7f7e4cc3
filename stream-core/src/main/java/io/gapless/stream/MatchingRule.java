package io.gapless.stream;

/**
 * A rule that a post matched.
 *
 * @param id X's id of the rule; changes when the rule is made anew, so the tag is the better key
 * @param tag the rule's tag as X holds it; empty if it has none
 */
public record MatchingRule(String id, String tag) {}
