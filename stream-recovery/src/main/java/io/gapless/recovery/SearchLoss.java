package io.gapless.recovery;

import io.gapless.stream.rules.Rule;

/**
 * Why search brings less for a rule than the stream did.
 *
 * @param rule the rule
 * @param reason in a few words for people
 */
record SearchLoss(Rule rule, String reason) {}
