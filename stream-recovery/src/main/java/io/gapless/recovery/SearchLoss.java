package io.gapless.recovery;

import io.gapless.stream.rules.Rule;

/**
 * Why search brings less for a rule than the stream did.
 *
 * @param rule the rule
 * @param searched whether search is asked for it at all; if not, every post that only this rule matches is lost
 * @param reason in a few words for people
 */
record SearchLoss(Rule rule, boolean searched, String reason) {}
