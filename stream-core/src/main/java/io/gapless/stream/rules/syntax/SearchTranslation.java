package io.gapless.stream.rules.syntax;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Translates a rule of the stream into a search query, and lists the reasons why search may find less than the stream
 * delivered. {@link #mayMatch} recognises posts that the query finds although the rule does not match. Immutable.
 *
 * <p>Search lacks some operators. An OR branch that needs such an operator is left out of the query. If no branch
 * remains, the rule has no query. For nearness ({@code "a b"~3}) the query asks for all the words, and {@code mayMatch}
 * checks their distance. Search ignores accents and the stream does not, so {@code mayMatch} compares them.
 *
 * <p>Whatever the rule, search never returns deleted posts or earlier versions of edited posts. {@link #missing} does
 * not repeat that.
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
     * Translates a rule. This method accepts any text and never throws.
     *
     * @param rule the rule
     * @return its translation
     */
    public static SearchTranslation of(String rule) {
        Findings findings = new Findings(rule);
        Optional<RuleNode> tree =
                RuleParser.mayBeTooDeep(rule) ? Optional.empty() : new RuleParser(rule, findings).parse();
        boolean wrong = findings.byColumn().stream().anyMatch(f -> f.severity() == RuleFinding.Severity.ERROR);
        if (tree.isEmpty() || wrong) return nothing(List.of("the rule cannot be understood"));
        SearchPruner pruner = new SearchPruner(tree.get());
        Optional<RuleNode> kept = pruner.kept();
        if (kept.isEmpty()) return nothing(pruner.lacking());
        SearchWriter writer = new SearchWriter(rule);
        String query = writer.write(kept.get());
        if (query.isEmpty()) return nothing(List.of("the rule has only negated parts"));
        List<String> missing = new ArrayList<>(pruner.lacking());
        missing.addAll(SearchLosses.of(kept.get(), writer));
        return new SearchTranslation(
                query, missing, SearchLosses.looksForWords(kept.get()), new SearchJudge(kept.get(), writer));
    }

    private static SearchTranslation nothing(List<String> missing) {
        return new SearchTranslation("", missing, false, null);
    }

    /**
     * Returns the query for search. Its length is not limited here.
     *
     * @return the query; empty if search cannot find anything that the rule matches
     */
    public Optional<String> query() {
        return query.isEmpty() ? Optional.empty() : Optional.of(query);
    }

    /**
     * Returns the reasons why search may find less than the stream delivered.
     *
     * @return short reasons for people, such as {@code search lacks 'sample:'}; empty if there is no reason but those
     *     that hold for every rule
     */
    public List<String> missing() {
        return missing;
    }

    /**
     * Returns whether the query looks for words or phrases. Search returns no retweets for such a query, so it must not
     * be joined with a query that does not look for words.
     *
     * @return true if a post can match by a word or phrase
     */
    public boolean looksForWords() {
        return wordSearch;
    }

    /**
     * Returns whether a post that the query found may also match the rule. Branches that the query leaves out do not
     * count, because posts that match only by such a branch are {@linkplain #missing missing} anyway.
     *
     * @param data the post as X sends it, with {@code text} and, for long posts, {@code note_tweet}
     * @return false only if the words of the post prove that the stream did not deliver it, or delivered it only
     *     because of such a branch
     */
    public boolean mayMatch(JsonNode data) {
        return judge != null && judge.mayMatch(data);
    }

    /** Returns the query, and the reasons why it may find less than the stream, for people. */
    @Override
    public String toString() {
        return "SearchTranslation[" + query + " " + missing + "]";
    }
}
