package io.gapless.stream.rules.syntax;

import io.gapless.stream.rules.syntax.RuleToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds the tree of a rule, and finds errors in its syntax. A space binds tighter than {@code OR}. After an error the
 * parser continues, so that one parse finds all errors.
 */
final class RuleParser {
    /** Limits the recursion of this parser and of everything that walks the tree. */
    private static final int DEPTH_MAX = 50;

    private final RuleLexer lexer;
    private final Findings findings;
    private RuleToken token;

    RuleParser(String rule, Findings findings) {
        this.lexer = new RuleLexer(rule, findings);
        this.findings = findings;
        this.token = lexer.next();
    }

    /** Returns whether a rule may nest so deeply that {@link #parse} would leave a part of it out. */
    static boolean mayBeTooDeep(String rule) {
        return rule.chars().filter(c -> c == '(').count() > DEPTH_MAX;
    }

    /**
     * Returns the tree. The tree is empty if the rule contains no term; groups that are nested too deeply are left out.
     */
    Optional<RuleNode> parse() {
        List<RuleNode> parts = new ArrayList<>();
        while (true) {
            any(0).ifPresent(parts::add);
            if (token.kind() != Kind.CLOSE) break;
            findings.error(token.at(), "this ')' has no '(' before it; remove it, or add the '('");
            advance();
        }
        return joined(parts, RuleNode.All::new);
    }

    private void advance() {
        token = lexer.next();
    }

    private Optional<RuleNode> any(int depth) {
        List<RuleNode> branches = new ArrayList<>();
        Optional<RuleNode> branch = all(depth);
        branch.ifPresent(branches::add);
        while (token.kind() == Kind.OR) {
            int or = token.at();
            boolean before = branch.isPresent();
            if (!before) findings.error(or, "this OR has nothing before it; remove it, or add what else may match");
            advance();
            branch = all(depth);
            branch.ifPresent(branches::add);
            if (before && branch.isEmpty() && token.kind() != Kind.OR) {
                findings.error(or, "this OR has nothing after it; remove it, or add what else may match");
            }
        }
        return joined(branches, RuleNode.Any::new);
    }

    private Optional<RuleNode> all(int depth) {
        List<RuleNode> parts = new ArrayList<>();
        while (token.kind() != Kind.OR && token.kind() != Kind.CLOSE && token.kind() != Kind.END) {
            part(depth).ifPresent(parts::add);
        }
        return joined(parts, RuleNode.All::new);
    }

    private Optional<RuleNode> part(int depth) {
        int start = token.at();
        if (token.kind() != Kind.MINUS) return positive(depth);
        advance();
        if (token.kind() == Kind.MINUS) {
            findings.warning(token.at(), "one '-' is enough; a second one does not undo the first");
            while (token.kind() == Kind.MINUS) advance();
        } else if (token.at() > start + 1 && token.kind() != Kind.END) {
            findings.warning(start, "put this '-' directly before what it excludes, without a space");
        }
        Optional<RuleNode> negated = positive(depth);
        if (negated.isEmpty()) findings.error(start, "this '-' has nothing after it; remove it");
        return negated.map(node -> new RuleNode.Not(start, node));
    }

    private Optional<RuleNode> positive(int depth) {
        switch (token.kind()) {
            case OPEN:
                return group(depth);
            case WORD, PHRASE, OPERATOR:
                RuleToken term = token;
                advance();
                return Optional.of(new RuleNode.Term(term));
            default:
                return Optional.empty();
        }
    }

    private Optional<RuleNode> group(int depth) {
        int open = token.at();
        if (depth == DEPTH_MAX) {
            findings.warning(
                    open,
                    "groups are nested more than " + DEPTH_MAX
                            + " levels deep, so the rest is not checked; simplify the rule");
            while (token.kind() != Kind.END) advance();
            return Optional.empty();
        }
        advance();
        if (token.kind() == Kind.CLOSE) findings.error(open, "this group is empty; add something to it, or remove it");
        Optional<RuleNode> inner = any(depth + 1);
        if (token.kind() == Kind.CLOSE) advance();
        else findings.error(open, "this '(' is not closed; add ')'");
        return inner;
    }

    private interface Join {
        RuleNode of(List<RuleNode> nodes);
    }

    private static Optional<RuleNode> joined(List<RuleNode> nodes, Join join) {
        if (nodes.isEmpty()) return Optional.empty();
        return Optional.of(nodes.size() == 1 ? nodes.get(0) : join.of(List.copyOf(nodes)));
    }
}
