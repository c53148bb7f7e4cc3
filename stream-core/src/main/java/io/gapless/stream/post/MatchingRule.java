package io.gapless.stream.post;

/**
 * Identifies a rule that a post matched.
 *
 * @param id X's id of the rule; a rule that is deleted and added again gets a new id, so identify the rule by its tag
 * @param tag the rule's tag as X holds it; empty if the rule has no tag
 */
public record MatchingRule(String id, String tag) {}
