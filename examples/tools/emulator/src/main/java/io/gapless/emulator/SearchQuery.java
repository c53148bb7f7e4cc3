package io.gapless.emulator;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which posts a search finds. Search ignores accents and quoted posts, finds no retweets if the query asks for
 * words, and finds only the latest version of an edited post. Not thread-safe.
 */
final class SearchQuery {
    private static final int TEMPLATES_KEPT = 100_000;

    private final Clause clause;
    private final boolean withoutRetweets;
    private final PostHistory history;
    private final Map<PostTemplate, Boolean> matchByTemplate = new IdentityHashMap<>();

    private SearchQuery(Clause clause, PostHistory history) {
        this.clause = clause;
        this.withoutRetweets = clause.hasWords();
        this.history = history;
    }

    /** Returns the refusal of a request whose query is not valid, or empty if the query is valid. */
    static Optional<Answer> refusal(Request request, int longest) {
        String query = request.text("query");
        if (query.isBlank()) {
            return Optional.of(
                    Answer.invalid("query", query, "Invalid 'query':''. 'query' must be a non-empty string"));
        }
        int length = query.codePointCount(0, query.length());
        if (length > longest) {
            return Optional.of(Answer.invalid(
                    "query",
                    query,
                    "Invalid query length: " + length + ". Query length must be between 1 and " + longest
                            + " characters."));
        }
        try {
            RuleSyntax.query(query);
            return Optional.empty();
        } catch (RuleSyntax.Invalid e) {
            return Optional.of(
                    Answer.invalid("query", query, "There were errors processing your request: " + e.detail()));
        }
    }

    /** Returns the query of a request that was not refused. */
    static SearchQuery of(Request request, PostHistory history) {
        try {
            return new SearchQuery(RuleSyntax.query(request.text("query")), history);
        } catch (RuleSyntax.Invalid e) {
            throw new IllegalStateException("a refused query got through", e);
        }
    }

    boolean finds(EmulatedPost post) {
        if (matchByTemplate.size() > TEMPLATES_KEPT) {
            matchByTemplate.clear();
        }
        return matchByTemplate.computeIfAbsent(post.template(), this::finds) && !history.isReplaced(post.id());
    }

    private boolean finds(PostTemplate template) {
        PostFacts facts = template.searchFacts();
        return !(withoutRetweets && facts.isRetweet()) && clause.matches(facts);
    }
}
