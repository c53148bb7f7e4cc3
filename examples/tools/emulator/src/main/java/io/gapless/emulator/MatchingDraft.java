package io.gapless.emulator;

import java.util.List;

/** Drafts a post that a rule matches, by satisfying the clauses of the rule. Pure. */
final class MatchingDraft {
    private MatchingDraft() {}

    /** Returns a draft that matches the first rule, or any draft if there are no rules. */
    static PostDraft of(List<Rule> rules) {
        PostDraft draft = PostDraft.of("");
        return rules.isEmpty()
                ? draft.withText("nobody asked")
                : satisfy(rules.get(0).clause(), draft);
    }

    private static PostDraft satisfy(Clause clause, PostDraft draft) {
        if (clause instanceof Clause.Phrase phrase) {
            return append(draft, String.join(" ", phrase.words()));
        }
        if (clause instanceof Clause.And and) {
            PostDraft all = draft;
            for (Clause part : and.parts()) {
                all = satisfy(part, all);
            }
            return all;
        }
        if (clause instanceof Clause.Or or) {
            return satisfy(or.parts().get(0), draft);
        }
        return clause instanceof Clause.Operator operator ? satisfy(operator, draft) : draft;
    }

    private static PostDraft satisfy(Clause.Operator operator, PostDraft draft) {
        return switch (operator.name()) {
            case "#", "@", "$" -> append(draft, operator.name() + operator.value());
            case "from" -> draft.by(operator.value());
            case "to" -> draft.replyingTo(operator.value());
            case "lang" -> draft.inLanguage(operator.value());
            case "has" -> satisfyHas(operator.value(), draft);
            case "is" -> satisfyIs(operator.value(), draft);
            default -> draft;
        };
    }

    private static PostDraft satisfyHas(String trait, PostDraft draft) {
        return switch (trait) {
            case "links" -> append(draft, "https://example.com/page");
            case "hashtags" -> append(draft, "#gapless");
            case "mentions" -> append(draft, "@gapless");
            case "cashtags" -> append(draft, "$GAP");
            case "media", "images" -> draft.shaped(PostShape.MEDIA);
            case "geo" -> draft.shaped(PostShape.PLACE);
            default -> draft;
        };
    }

    private static PostDraft satisfyIs(String trait, PostDraft draft) {
        return switch (trait) {
            case "retweet" -> draft.retweeting("somebody", draft.text());
            case "quote" -> draft.quoting("somebody", "an old post");
            case "reply" -> draft.replyingTo("somebody");
            default -> draft;
        };
    }

    private static PostDraft append(PostDraft draft, String words) {
        return draft.withText(draft.text().isEmpty() ? words : draft.text() + " " + words);
    }
}
