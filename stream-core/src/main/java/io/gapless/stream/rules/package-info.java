/**
 * Manages the rules that decide which posts the filtered stream delivers: the wanted rules, the rules on X, and how to
 * get from one to the other.
 *
 * <ol>
 *   <li>{@link io.gapless.stream.rules.RuleSet} holds the wanted rules, and refuses what X would refuse.
 *   <li>{@link io.gapless.stream.rules.Rules} lists the rules on X, each a {@link io.gapless.stream.rules.Rule}.
 *   <li>{@link io.gapless.stream.rules.RulePlan} compares the wanted rules with the rules on X. A plan changes nothing,
 *       and can be shown to a person.
 *   <li>{@link io.gapless.stream.rules.Rules#apply} carries the plan out: it adds rules before it deletes any, and does
 *       not touch rules with another owner in their tag.
 * </ol>
 *
 * <p>If X refuses rules, a {@link io.gapless.stream.rules.RulesException} has one {@link
 * io.gapless.stream.rules.RulesException.RuleRefusal} for each of them.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.rules;
