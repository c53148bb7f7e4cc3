package io.gapless.stream.rules;

/**
 * A piece of a rule.
 *
 * @param kind what it is
 * @param at the index of its first character in the rule
 * @param operator an operator's name in small letters, such as {@code from}; otherwise empty
 * @param text a word, the inside of a phrase, or an operator's value without its quotes
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
