package io.gapless.stream.rules.syntax;

import io.gapless.stream.rules.syntax.RuleNode.All;
import io.gapless.stream.rules.syntax.RuleNode.Any;
import io.gapless.stream.rules.syntax.RuleNode.Not;
import io.gapless.stream.rules.syntax.RuleNode.Term;
import io.gapless.stream.rules.syntax.RuleToken.Kind;
import java.util.List;
import java.util.Set;

/** Finds what X would refuse or misunderstand in a rule that has been parsed. */
final class RuleMeaning {
    private static final Set<String> NEED_ANOTHER_TERM =
            Set.of("is", "has", "lang", "sample", "embedding_threshold", "source");
    private static final Set<String> STAND_ALONE = Set.of(
            "from",
            "to",
            "retweets_of",
            "from_affiliate_of",
            "to_affiliate_of",
            "url",
            "context",
            "entity",
            "conversation_id",
            "bio",
            "bio_name",
            "bio_location",
            "place",
            "place_country",
            "point_radius",
            "bounding_box",
            "embedding");
    /** X's pages do not say whether these operators can stand alone. So the check lets them stand alone. */
    private static final Set<String> UNLABELLED = Set.of(
            "url_title",
            "url_description",
            "url_contains",
            "min_followers",
            "followers_count",
            "tweets_count",
            "following_count",
            "listed_count",
            "in_reply_to_tweet_id",
            "retweets_of_tweet_id");

    private static final Set<String> OLD_NAMES = Set.of(
            "retweets_of_user",
            "user_bio",
            "user_bio_location",
            "geo_bounding_box",
            "statuses_count",
            "friends_count",
            "user_in_lists_count",
            "within_url_title",
            "within_url_description",
            "in_reply_to_status_id",
            "retweets_of_status_id");
    private static final Set<String> SEARCH_ONLY =
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
            "geo",
            "media_link",
            "videos");
    private static final Set<String> TAKE_A_USER = Set.of("from", "to", "retweets_of", "retweets_of_user");

    private final Findings findings;

    RuleMeaning(Findings findings) {
        this.findings = findings;
    }

    void check(RuleNode rule) {
        checkParts(rule, false);
        checkLooksForSomething(rule, true);
        if (rule instanceof Any any) checkSample(any);
    }

    private void checkParts(RuleNode node, boolean negated) {
        if (node instanceof Term term) {
            checkTerm(term.token(), negated);
        } else if (node instanceof Not not) {
            if (!(not.negated() instanceof Term)) {
                findings.warning(not.at(), "X advises against '-' before a group; put '-' before each part instead");
            }
            checkParts(not.negated(), !negated);
        } else if (node instanceof All all) {
            all.parts().forEach(part -> checkParts(part, negated));
        } else if (node instanceof Any any) {
            any.branches().forEach(branch -> checkParts(branch, negated));
        } else {
            throw new AssertionError("not a kind of node: " + node);
        }
    }

    private void checkTerm(RuleToken term, boolean negated) {
        if (term.kind() == Kind.WORD) checkWord(term);
        else if (term.kind() == Kind.OPERATOR) checkOperator(term, negated);
    }

    private void checkWord(RuleToken word) {
        String text = word.text();
        if (text.equalsIgnoreCase("or")) {
            findings.warning(word.at(), "X searches for '" + text + "' as a word; for an alternative, write OR");
        } else if (text.equalsIgnoreCase("and")) {
            findings.warning(word.at(), "a space already means AND; remove '" + text + "'");
        } else if (text.equals("NOT")) {
            findings.warning(word.at(), "X searches for 'NOT' as a word; to exclude something, write '-' before it");
        } else if (text.chars().anyMatch(c -> "“”„«»".indexOf(c) >= 0)) {
            findings.warning(word.at(), "these are typographic quotes; use the straight quote \" for a phrase");
        } else if ("–—−".indexOf(text.charAt(0)) >= 0) {
            findings.warning(word.at(), "this is a dash; to exclude something, write the minus sign '-'");
        } else {
            checkPunctuation(word);
        }
    }

    private void checkPunctuation(RuleToken word) {
        String text = word.text();
        String core = "#@$".indexOf(text.charAt(0)) >= 0 ? text.substring(1) : text;
        String shown = RuleText.shown(text);
        if (core.chars().allMatch(RuleMeaning::isPunctuation)) {
            findings.warning(word.at(), "'" + shown + "' is only punctuation, which X does not search for; remove it");
        } else if (core.chars().anyMatch(RuleMeaning::isPunctuation)) {
            findings.warning(
                    word.at(), "X splits '" + shown + "' at its punctuation; put it in quotes: \"" + shown + "\"");
        }
    }

    private static boolean isPunctuation(int c) {
        return c > 32 && c < 127 && !Character.isLetterOrDigit(c) && c != '_';
    }

    private void checkOperator(RuleToken term, boolean negated) {
        String name = term.operator();
        String value = term.text();
        if (value.isBlank()) {
            findings.error(term.at(), "'" + name + ":' has no value; write one directly after the colon");
        } else if (name.equals("http") || name.equals("https")) {
            findings.warning(term.at(), "X reads '" + name + ":' as an operator; to find a link, write url:\"…\"");
        } else if (SEARCH_ONLY.contains(name)) {
            findings.warning(term.at(), "'" + name + ":' is an operator of search; the stream may refuse it");
        } else if (!isKnown(name)) {
            findings.warning(
                    term.at(),
                    "'" + RuleText.shown(name)
                            + ":' is not an operator that this version knows; check its spelling, or put"
                            + " it in quotes if it is text");
        } else if (TAKE_A_USER.contains(name) && value.startsWith("@")) {
            findings.warning(term.at(), "'" + name + ":' needs the user's name without '@'; remove the '@'");
        } else {
            checkValue(term, negated);
        }
    }

    private static boolean isKnown(String name) {
        return STAND_ALONE.contains(name)
                || NEED_ANOTHER_TERM.contains(name)
                || UNLABELLED.contains(name)
                || OLD_NAMES.contains(name);
    }

    private void checkValue(RuleToken term, boolean negated) {
        int at = term.at();
        String value = term.text();
        switch (term.operator()) {
            case "is" -> {
                if (!IS.contains(value)) unknownValue(term);
                else if (value.equals("nullcast") && !negated) {
                    findings.error(at, "X accepts 'is:nullcast' only as '-is:nullcast'; add the '-'");
                }
            }
            case "has" -> {
                if (!HAS.contains(value)) unknownValue(term);
            }
            case "sample" -> {
                if (negated) findings.error(at, "'sample:' cannot be negated; remove the '-'");
                if (!value.matches("[1-9][0-9]?|100")) {
                    findings.error(at, "'sample:' needs a percentage: a whole number from 1 to 100");
                }
            }
            case "embedding" -> {
                if (negated) findings.error(at, "'embedding:' cannot be negated; remove the '-'");
            }
            case "embedding_threshold" -> {
                if (!value.matches("0(\\.[0-9]+)?|1(\\.0+)?|\\.[0-9]+")) {
                    findings.error(at, "'embedding_threshold:' needs a number from 0 to 1");
                }
            }
            default -> {
                // The values of all other operators are free text, or X documents too little about them. So they are
                // not checked.
            }
        }
    }

    private void unknownValue(RuleToken term) {
        findings.warning(
                term.at(),
                "'" + term.operator() + ":" + RuleText.shown(term.text())
                        + "' is not an operator that this version knows; check its spelling");
    }

    /**
     * Warns about {@code sample:} in a branch: X samples before it matches, so the operator applies to the whole rule.
     */
    private void checkSample(Any rule) {
        for (RuleNode branch : rule.branches()) {
            for (RuleNode part : branch instanceof All all ? all.parts() : List.of(branch)) {
                if (part instanceof Term term && term.token().operator().equals("sample")) {
                    findings.warning(
                            part.at(),
                            "'sample:' applies to the whole rule, not only to this branch;"
                                    + " put the branches in parentheses");
                }
            }
        }
    }

    /**
     * Checks that every alternative of a rule contains something to look for. X documents this for the branches of a
     * rule. X does not document it for the branches of a group that stands beside other terms, so there a missing term
     * is only a warning.
     */
    private void checkLooksForSomething(RuleNode node, boolean sure) {
        if (looksForSomething(node)) return;
        if (node instanceof Any any) {
            any.branches().forEach(branch -> checkLooksForSomething(branch, sure));
            return;
        }
        if (node instanceof All all) {
            for (RuleNode part : all.parts()) {
                if (part instanceof Any any && any.branches().stream().anyMatch(RuleMeaning::looksForSomething)) {
                    checkLooksForSomething(part, false);
                    return;
                }
            }
        }
        String message = (onlyNegated(node)
                        ? "this part only excludes posts, and X requires something to look for"
                        : "these operators cannot stand alone")
                + "; add a word, a phrase, a #hashtag or from:";
        if (sure) findings.error(node.at(), message);
        else findings.warning(node.at(), message);
    }

    private static boolean looksForSomething(RuleNode node) {
        if (node instanceof Term term)
            return !NEED_ANOTHER_TERM.contains(term.token().operator());
        if (node instanceof Not) return false;
        if (node instanceof All all) return all.parts().stream().anyMatch(RuleMeaning::looksForSomething);
        if (node instanceof Any any) return any.branches().stream().allMatch(RuleMeaning::looksForSomething);
        throw new AssertionError("not a kind of node: " + node);
    }

    private static boolean onlyNegated(RuleNode node) {
        if (node instanceof All all) return all.parts().stream().allMatch(RuleMeaning::onlyNegated);
        if (node instanceof Any any) return any.branches().stream().allMatch(RuleMeaning::onlyNegated);
        return node instanceof Not;
    }
}
