package io.gapless.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Parses rules and search queries. A space means AND and binds tighter than OR, {@code -} negates, and parentheses
 * group. Refuses the rules and queries that X refuses. The message has X's words, and the position of the token,
 * counted from 1.
 */
final class RuleSyntax {
    /** The operators that a rule may use only together with others. */
    private static final Set<String> CONJUNCTION_REQUIRED = Set.of("is", "has", "lang", "sample");

    private static final Set<String> BOTH = Set.of(
            "from",
            "to",
            "retweets_of",
            "url",
            "context",
            "entity",
            "conversation_id",
            "place",
            "place_country",
            "point_radius",
            "bounding_box",
            "is",
            "has",
            "lang",
            "in_reply_to_tweet_id",
            "retweets_of_tweet_id");
    private static final Set<String> ONLY_STREAM = Set.of(
            "from_affiliate_of",
            "to_affiliate_of",
            "url_title",
            "url_description",
            "url_contains",
            "bio",
            "bio_name",
            "bio_location",
            "sample",
            "min_followers",
            "followers_count",
            "tweets_count",
            "following_count",
            "listed_count",
            "source",
            "embedding",
            "embedding_threshold");
    private static final Set<String> ONLY_SEARCH =
            Set.of("list", "quotes_of_tweet_id", "min_likes", "min_replies", "min_reposts");

    private static final Set<String> IS = Set.of("retweet", "reply", "quote", "verified", "nullcast");
    private static final Set<String> HAS = Set.of(
            "hashtags",
            "cashtags",
            "links",
            "mentions",
            "media",
            "images",
            "video_link",
            "videos",
            "geo",
            "media_link");

    private final String text;
    private final boolean forSearch;
    private int at;

    private RuleSyntax(String text, boolean forSearch) {
        this.text = text;
        this.forSearch = forSearch;
    }

    /** Thrown when X would refuse a rule or query. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        Invalid(String detail, int position) {
            super(detail + " (at position " + position + ")");
        }

        String detail() {
            return String.valueOf(getMessage());
        }
    }

    static Clause rule(String text) throws Invalid {
        return new RuleSyntax(text, false).whole();
    }

    /** Parses a search query, and removes the accents from its words. */
    static Clause query(String text) throws Invalid {
        return new RuleSyntax(text, true).whole().folded();
    }

    private Clause whole() throws Invalid {
        Clause clause = alternatives();
        if (at < text.length()) {
            throw new Invalid("no viable alternative at input '" + text.charAt(at) + "'", at + 1);
        }
        refuseWithoutPositive(clause);
        return clause;
    }

    private Clause alternatives() throws Invalid {
        List<Clause> parts = new ArrayList<>();
        parts.add(conjunction());
        while (startsWithOr()) {
            at += "OR".length();
            parts.add(conjunction());
        }
        return parts.size() == 1 ? parts.get(0) : new Clause.Or(List.copyOf(parts));
    }

    private Clause conjunction() throws Invalid {
        List<Clause> parts = new ArrayList<>();
        skipSpaces();
        while (at < text.length() && text.charAt(at) != ')' && !startsWithOr()) {
            parts.add(term());
            skipSpaces();
        }
        if (parts.isEmpty()) {
            throw new Invalid("Rules must contain at least one positive, non-stopword clause", at + 1);
        }
        return parts.size() == 1 ? parts.get(0) : new Clause.And(List.copyOf(parts));
    }

    private Clause term() throws Invalid {
        int start = at;
        if (text.charAt(at) == '-') {
            at++;
            if (at >= text.length() || text.charAt(at) == '-' || Character.isWhitespace(text.charAt(at))) {
                throw new Invalid("Rules must contain a non-negation term", start + 1);
            }
            return new Clause.Not(term());
        }
        return switch (text.charAt(at)) {
            case '(' -> group();
            case '"' -> phrase();
            default -> wordOrOperator();
        };
    }

    private Clause group() throws Invalid {
        int start = at++;
        Clause inner = alternatives();
        if (at >= text.length() || text.charAt(at) != ')') {
            throw new Invalid("missing ')' for the '(' opened", start + 1);
        }
        at++;
        return inner;
    }

    private Clause phrase() throws Invalid {
        int start = at;
        int end = text.indexOf('"', at + 1);
        if (end < 0) {
            throw new Invalid("missing '\"' for the phrase opened", start + 1);
        }
        List<String> words = Words.of(text.substring(start + 1, end));
        at = end + 1;
        if (at < text.length() && text.charAt(at) == '~') {
            at = endOfToken(at);
        }
        return words(words, start);
    }

    private Clause wordOrOperator() throws Invalid {
        int start = at;
        at = endOfToken(at);
        String token = text.substring(start, at);
        char first = token.charAt(0);
        if ((first == '#' || first == '@' || first == '$') && token.length() > 1) {
            return new Clause.Operator(String.valueOf(first), token.substring(1).toLowerCase(Locale.ROOT));
        }
        int colon = token.indexOf(':');
        if (colon > 0 && token.substring(0, colon).chars().allMatch(c -> Character.isLetter(c) || c == '_')) {
            return operator(token.substring(0, colon).toLowerCase(Locale.ROOT), token.substring(colon + 1), start);
        }
        return words(Words.of(token), start);
    }

    private Clause operator(String name, String rawValue, int start) throws Invalid {
        String value = rawValue.replace("\"", "").toLowerCase(Locale.ROOT);
        boolean known = BOTH.contains(name) || (forSearch ? ONLY_SEARCH : ONLY_STREAM).contains(name);
        if (!known && (ONLY_STREAM.contains(name) || ONLY_SEARCH.contains(name))) {
            throw new Invalid("Reference to unavailable operator '" + name + "'", start + 1);
        }
        boolean badTrait = name.equals("is") && !IS.contains(value) || name.equals("has") && !HAS.contains(value);
        if (!known || badTrait || value.isEmpty()) {
            throw new Invalid(
                    "Reference to invalid operator '" + name + (badTrait ? ":" + value : "") + "'", start + 1);
        }
        return new Clause.Operator(name, value);
    }

    private static Clause words(List<String> words, int start) throws Invalid {
        if (words.isEmpty()) {
            throw new Invalid("Rules must contain at least one positive, non-stopword clause", start + 1);
        }
        return new Clause.Phrase(words);
    }

    /**
     * Refuses a rule or query if one of its alternatives has no clause that may stand alone. A negated clause may not,
     * nor an operator of {@link #CONJUNCTION_REQUIRED}.
     */
    private static void refuseWithoutPositive(Clause clause) throws Invalid {
        if (clause instanceof Clause.Not) {
            throw new Invalid("Rules must contain a non-negation term", 1);
        }
        if (!standsAlone(clause)) {
            throw new Invalid("Rules must contain at least one positive, non-stopword clause", 1);
        }
    }

    private static boolean standsAlone(Clause clause) {
        if (clause instanceof Clause.Phrase) {
            return true;
        }
        if (clause instanceof Clause.Operator operator) {
            return !CONJUNCTION_REQUIRED.contains(operator.name());
        }
        if (clause instanceof Clause.And and) {
            return and.parts().stream().anyMatch(RuleSyntax::standsAlone);
        }
        return clause instanceof Clause.Or or && or.parts().stream().allMatch(RuleSyntax::standsAlone);
    }

    private boolean startsWithOr() {
        skipSpaces();
        int end = at + "OR".length();
        return text.startsWith("OR", at)
                && (end == text.length() || Character.isWhitespace(text.charAt(end)) || text.charAt(end) == '(');
    }

    private int endOfToken(int from) {
        int end = from;
        boolean quoted = false;
        while (end < text.length()) {
            char c = text.charAt(end);
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (Character.isWhitespace(c) || c == '(' || c == ')')) {
                break;
            }
            end++;
        }
        return end;
    }

    private void skipSpaces() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
