package io.gapless.stream.rules.syntax;

/**
 * Holds one token of a rule.
 *
 * @param kind the kind of token
 * @param at the index of the token's first character in the rule
 * @param operator the name of an operator in lower case, such as {@code from}; empty for other tokens
 * @param text the word, the inside of the phrase, or the operator's value without its quotes
 */
record RuleToken(Kind kind, int at, String operator, String text) {
    enum Kind {
        OPEN,
        CLOSE,
        MINUS,
        OR,
        WORD,
        PHRASE,
        OPERATOR,
        END
    }
}
