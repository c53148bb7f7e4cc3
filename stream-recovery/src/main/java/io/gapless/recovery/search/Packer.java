package io.gapless.recovery.search;

import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.syntax.SearchTranslation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Joins the queries of rules with OR, as many as X takes in one query. In the order of the rules, each rule goes into
 * the first pack that has room for it. A space binds tighter than OR, so no parentheses are needed. Queries that look
 * for words are packed apart from others, because a single word makes search return no retweets for the whole query.
 * Pure.
 */
public final class Packer {
    /**
     * The longest query of recent search with pay-per-use access, in characters. Full-archive search accepts queries of
     * this length, too.
     */
    public static final int RECENT_MAX_LENGTH = 512;
    /** The longest query of both searches with Enterprise access, in characters. */
    public static final int ENTERPRISE_MAX_LENGTH = 4_096;

    private static final String OR = " OR ";
    private static final int REASONS_MAX = 20;
    private static final int NAMES_MAX = 3;

    private Packer() {}

    /**
     * Holds the packs, and the reasons why search returns less for some rules than the stream.
     *
     * @param packs the queries to send
     * @param losses these reasons, each with its rule
     */
    public record Packed(List<Pack> packs, List<Unsearchable> losses) {
        public Packed {
            packs = List.copyOf(packs);
            losses = List.copyOf(losses);
        }

        /**
         * Returns which rules search is not asked for, and why, in one line for people; empty if there are no such
         * rules.
         */
        public String notSearched() {
            return describe(false);
        }

        /**
         * Returns what search does not return for the rules that it is asked for, in one line for people; empty if
         * search returns everything.
         */
        public String limits() {
            return describe(true);
        }

        private String describe(boolean searched) {
            return losses.stream()
                    .filter(loss -> loss.searched() == searched)
                    .collect(Collectors.groupingBy(Unsearchable::reason, LinkedHashMap::new, Collectors.toList()))
                    .entrySet()
                    .stream()
                    .limit(REASONS_MAX)
                    .map(reason -> reason.getKey() + " (" + names(reason.getValue()) + ")")
                    .collect(Collectors.joining("; "));
        }

        private static String names(List<Unsearchable> losses) {
            String names = losses.stream().limit(NAMES_MAX).map(Packed::name).collect(Collectors.joining(", "));
            return losses.size() <= NAMES_MAX ? names : names + " and " + (losses.size() - NAMES_MAX) + " more";
        }

        private static String name(Unsearchable loss) {
            return loss.rule().tag().isEmpty() ? loss.rule().id() : loss.rule().tag();
        }
    }

    /**
     * Packs all rules. Each rule is in one pack, or is listed as a loss because search is not asked for it.
     *
     * @param rules the rules as X holds them
     * @param queryMaxLength the longest query, in characters
     * @return the packs and the losses
     */
    public static Packed pack(List<Rule> rules, int queryMaxLength) {
        List<Open> packs = new ArrayList<>();
        List<Unsearchable> losses = new ArrayList<>();
        for (Rule rule : rules) {
            SearchTranslation translation = SearchTranslation.of(rule.value());
            Optional<String> query = translation.query();
            boolean tooLong =
                    query.filter(text -> length(text) > queryMaxLength).isPresent();
            boolean searched = query.isPresent() && !tooLong;
            translation.missing().forEach(reason -> losses.add(new Unsearchable(rule, searched, reason)));
            if (tooLong) losses.add(new Unsearchable(rule, false, "the rule is too long for search"));
            if (searched) add(new PackedRule(rule, translation), length(query.get()), queryMaxLength, packs);
        }
        return new Packed(packs.stream().map(Open::closed).toList(), losses);
    }

    private static void add(PackedRule rule, int length, int queryMaxLength, List<Open> packs) {
        boolean words = rule.translation().looksForWords();
        Open pack = packs.stream()
                .filter(open -> open.words == words && open.length + OR.length() + length <= queryMaxLength)
                .findFirst()
                .orElse(null);
        if (pack == null) {
            pack = new Open(words);
            packs.add(pack);
        } else {
            pack.length += OR.length();
        }
        pack.length += length;
        pack.rules.add(rule);
    }

    private static int length(String query) {
        return query.codePointCount(0, query.length());
    }

    /** A pack that may still have room. */
    private static final class Open {
        private final boolean words;
        private final List<PackedRule> rules = new ArrayList<>();
        private int length;

        Open(boolean words) {
            this.words = words;
        }

        Pack closed() {
            String query = rules.stream()
                    .map(rule -> rule.translation().query().orElseThrow())
                    .collect(Collectors.joining(OR));
            return new Pack(query, rules);
        }
    }
}
