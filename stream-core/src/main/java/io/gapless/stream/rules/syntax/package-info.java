/**
 * Reads the language of rules. {@link io.gapless.stream.rules.syntax.RuleSyntax} finds what X would refuse in a rule, and
 * {@link io.gapless.stream.rules.syntax.SearchTranslation} shows which part of a rule search can find. Exported to the
 * recovery only.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.rules.syntax;
