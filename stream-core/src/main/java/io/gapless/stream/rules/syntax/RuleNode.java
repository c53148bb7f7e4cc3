package io.gapless.stream.rules.syntax;

import java.util.List;

/** A node in the tree of a parsed rule. */
sealed interface RuleNode {
    /** Returns the index of the node's first character in the rule. */
    int at();

    /** A word, phrase or operator. */
    record Term(RuleToken token) implements RuleNode {
        @Override
        public int at() {
            return token.at();
        }
    }

    /** A part that must not match. */
    record Not(int at, RuleNode negated) implements RuleNode {}

    /** Two or more parts that must all match. */
    record All(List<RuleNode> parts) implements RuleNode {
        @Override
        public int at() {
            return parts.get(0).at();
        }
    }

    /** Two or more branches of which one must match. */
    record Any(List<RuleNode> branches) implements RuleNode {
        @Override
        public int at() {
            return branches.get(0).at();
        }
    }
}
