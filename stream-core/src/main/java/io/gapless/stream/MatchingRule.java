package io.gapless.stream;

/**
 * A rule that a post matched.
 *
 * @param id X's id of the rule; it changes when the rule is deleted and added again, so the tag is the better key
 * @param tag the rule's tag as X holds it; empty if the rule has no tag
 */
public record MatchingRule(String id, String tag) {}
