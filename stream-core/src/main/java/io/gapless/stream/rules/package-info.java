/**
 * The rules that decide which posts the filtered stream brings: what X shall hold, what it holds, and the way from one
 * to the other.
 *
 * <ol>
 *   <li>{@link io.gapless.stream.rules.RuleSet} says what X shall hold; {@link io.gapless.stream.rules.RuleSyntax} finds
 *       what X would refuse, and points at the column.
 *   <li>{@link io.gapless.stream.rules.Rules} lists what X holds, each a {@link io.gapless.stream.rules.Rule}.
 *   <li>{@link io.gapless.stream.rules.RulePlan} compares the two. It touches nothing and can be shown to a person.
 *   <li>{@link io.gapless.stream.rules.Rules#apply} carries the plan out: it adds before it deletes, and leaves alone
 *       every rule that does not carry our tag.
 *   <li>{@link io.gapless.stream.rules.SearchTranslation} says what of a rule search can look for, and what it can't.
 * </ol>
 *
 * <p>What X refuses is a {@link io.gapless.stream.rules.RulesException}, with one {@link
 * io.gapless.stream.rules.RuleRefusal} for each rule.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.rules;
