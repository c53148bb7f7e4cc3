package io.gapless.recovery;

import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.SearchTranslation;

/** A rule and what it becomes in search. */
record SearchRule(Rule rule, SearchTranslation translation) {}
