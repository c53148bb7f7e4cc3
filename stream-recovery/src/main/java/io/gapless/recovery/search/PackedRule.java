package io.gapless.recovery.search;

import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.syntax.SearchTranslation;

/** Pairs a rule with its translation for search. */
record PackedRule(Rule rule, SearchTranslation translation) {}
