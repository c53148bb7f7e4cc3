package io.gapless.stream.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a rule of the stream becomes in search: a query, what it can't bring back, and a test that drops what it brings
 * too much. Pure and immutable.
 *
 * <p>Search lacks some operators. An OR branch with one of them is left out, and so is a rule that needs one; nearness
 * ({@code "a b"~3}) is searched as all of its words and decided by the test. Search also ignores accents, which the
 * stream does not: the test compares them.
 *
 * <p>Search never brings deleted posts and earlier versions of edited ones, whatever the rule; {@link #missing} does not
 * repeat that.
 *
 * @see <a href="https://docs.x.com/x-api/posts/search/integrate/operators">X: operators of search</a>
 */
public final class SearchTranslation {
    private final String query;
    private final List<String> missing;
    private final boolean wordSearch;
    private final @Nullable SearchJudge judge;

    private SearchTranslation(String query, List<String> missing, boolean wordSearch, @Nullable SearchJudge judge) {
        this.query = query;
        this.missing = List.copyOf(missing);
        this.wordSearch = wordSearch;
        this.judge = judge;
    }

    /**
     * Translates a rule. Never fails, whatever the text.
     *
     * @param rule the rule
     * @return its translation
     */
    public static SearchTranslation of(Rule rule) {
        Findings findings = new Findings(rule.value());
        Optional<RuleNode> tree = RuleParser.mayBeTooDeep(rule.value())
                ? Optional.empty()
                : new RuleParser(rule.value(), findings).parse();
        boolean wrong = findings.byColumn().stream().anyMatch(f -> f.severity() == RuleSyntax.Severity.ERROR);
        if (tree.isEmpty() || wrong) return nothing(List.of("the rule is not understood"));
        SearchPruner pruner = new SearchPruner(tree.get());
        Optional<RuleNode> kept = pruner.kept();
        if (kept.isEmpty()) return nothing(pruner.lacking());
        SearchWriter writer = new SearchWriter(rule.value());
        String query = writer.write(kept.get());
        if (query.isEmpty()) return nothing(List.of("the rule only says what to leave out"));
        List<String> missing = new ArrayList<>(pruner.lacking());
        missing.addAll(SearchLosses.of(kept.get(), writer));
        return new SearchTranslation(
                query, missing, SearchLosses.looksForWords(kept.get()), new SearchJudge(kept.get(), writer));
    }

    private static SearchTranslation nothing(List<String> missing) {
        return new SearchTranslation("", missing, false, null);
    }

    /**
     * The query for search; its length is not bounded here.
     *
     * @return the query, or empty if search can't look for any of what the rule matches
     */
    public Optional<String> query() {
        return query.isEmpty() ? Optional.empty() : Optional.of(query);
    }

    /**
     * Why search brings less than the stream did.
     *
     * @return reasons in a few words for people, such as {@code search lacks 'sample:'}; empty if it brings all that
     *     search has
     */
    public List<String> missing() {
        return missing;
    }

    /**
     * Whether the query looks for words or phrases. Search returns no retweets for such a query, so it must not be
     * joined with one that does not.
     *
     * @return true if a word or phrase may make a post match
     */
    public boolean looksForWords() {
        return wordSearch;
    }

    /**
     * Whether a post that the query has found may match the rule, too, without the branches that search lacks: what only
     * they match is {@linkplain #missing missing}.
     *
     * @param data the post as X sends it, with {@code text} and, for long posts, {@code note_tweet}
     * @return false only if its words show that the stream would not have brought it, or not but for such a branch
     */
    public boolean mayMatch(JsonNode data) {
        return judge != null && judge.mayMatch(data);
    }

    /** The query and what it misses, for people. */
    @Override
    public String toString() {
        return "SearchTranslation[" + query + " " + missing + "]";
    }
}
