package io.gapless.emulator;

import java.util.List;

/** Drafts a post that a rule matches, by walking along the rule. Pure. */
final class MatchingDraft {
    private MatchingDraft() {}

    /** A draft for the first rule, or any draft if there is none. */
    static PostDraft of(List<Rule> rules) {
        PostDraft draft = PostDraft.of("");
        return rules.isEmpty()
                ? draft.withText("nobody asked")
                : along(rules.get(0).clause(), draft);
    }

    private static PostDraft along(Clause clause, PostDraft draft) {
        if (clause instanceof Clause.Phrase phrase) {
            return say(draft, String.join(" ", phrase.words()));
        }
        if (clause instanceof Clause.And and) {
            PostDraft all = draft;
            for (Clause part : and.parts()) {
                all = along(part, all);
            }
            return all;
        }
        if (clause instanceof Clause.Or or) {
            return along(or.parts().get(0), draft);
        }
        return clause instanceof Clause.Operator operator ? along(operator, draft) : draft;
    }

    private static PostDraft along(Clause.Operator operator, PostDraft draft) {
        return switch (operator.name()) {
            case "#", "@", "$" -> say(draft, operator.name() + operator.value());
            case "from" -> draft.by(operator.value());
            case "to" -> draft.replyingTo(operator.value());
            case "lang" -> draft.inLanguage(operator.value());
            case "has" -> with(operator.value(), draft);
            case "is" -> being(operator.value(), draft);
            default -> draft;
        };
    }

    private static PostDraft with(String trait, PostDraft draft) {
        return switch (trait) {
            case "links" -> say(draft, "https://example.com/page");
            case "hashtags" -> say(draft, "#gapless");
            case "mentions" -> say(draft, "@gapless");
            case "cashtags" -> say(draft, "$GAP");
            case "media", "images" -> draft.shaped(PostShape.MEDIA);
            case "geo" -> draft.shaped(PostShape.PLACE);
            default -> draft;
        };
    }

    private static PostDraft being(String trait, PostDraft draft) {
        return switch (trait) {
            case "retweet" -> draft.retweeting("somebody", draft.text());
            case "quote" -> draft.quoting("somebody", "an old post");
            case "reply" -> draft.replyingTo("somebody");
            default -> draft;
        };
    }

    private static PostDraft say(PostDraft draft, String words) {
        return draft.withText(draft.text().isEmpty() ? words : draft.text() + " " + words);
    }
}
