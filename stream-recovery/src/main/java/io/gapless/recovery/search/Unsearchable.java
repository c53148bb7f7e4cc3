package io.gapless.recovery.search;

import io.gapless.stream.rules.Rule;

/**
 * Describes why search returns less for a rule than the stream.
 *
 * @param rule the rule
 * @param searched whether search is asked for the rule at all; if not, every post that only this rule matches is lost
 * @param reason the reason in a few words for people
 */
record Unsearchable(Rule rule, boolean searched, String reason) {}
