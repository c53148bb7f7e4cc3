package io.gapless.docs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words that users are not to read, and what to write instead; {@code docs/glossary.md} lists them for people. */
final class Words {
    /** By the pattern of what is not to be written. */
    private static final Map<Pattern, String> INSTEAD = new LinkedHashMap<>();

    static {
        avoid("regain\\w*", "recover");
        avoid("(get|gets|got|getting|fetch|fetches|fetched)\\b[^.;|]{0,40}?\\bback", "recover");
        avoid("(tell|tells|told|telling)", "report, say which, show");
        avoid("(is|are|was|were) said|says? so|said so", "is reported, report it");
        avoid("roads?", "method, recovery method");
        avoid("(set|sets|setting|put|puts|putting|kept)( \\w+){0,2} aside", "quarantine, dead-letter");
        avoid("(come|comes|came|coming) about", "could (not) be opened");
        avoid("anew", "again; reset, for a ladder");
        avoid("passe[sd] over|passing over", "skip");
        avoid("hand(s|ed|ing)? on", "send on, deliver");
        avoid("stretch(es)?", "span");
        avoid("no moment|any moment of", "at no time, any time in");
        avoid("signs? of life", "signal");
        avoid("(come|comes|came|coming) back", "recovered, reconnect, return");
        avoid("(put|puts|putting) ([\\w']+ ){0,2}back", "add back, restore");
        avoid("(bring|brings|brought|bringing)\\b[^.;|]{0,30}?\\bin line", "synchronise");
        avoid("(?<!there )(is|are|was|were) none", "there is no …");
        avoid("(is|are|was|were) no (JSON|UTF-8|moment)", "is not …");
        avoid("in vain", "of no use");
        avoid("for want of", "because … ran out, without");
        avoid("in good order", "properly");
        avoid("without a word", "silently");
        avoid("(looks?|looked) at again", "asks again");
        avoid("lets? go of", "releases, closes");
        avoid("1970-01-01", "never");
        avoid("(?<=.)PT\\d+(\\.\\d+)?[HMS]\\w*", "a duration for people, such as 5 s");
        avoid("-\\d+ ms", "12 ms ahead, 3 s behind");
    }

    /**
     * What may be written all the same.
     *
     * @param text what contains it
     */
    private static final List<String> ALLOWED = List.of();

    private Words() {}

    private static void avoid(String words, String instead) {
        INSTEAD.put(Pattern.compile("(?<![\\w-])(" + words + ")(?!\\w)", Pattern.CASE_INSENSITIVE), instead);
    }

    /** Each old word in a text, with what to write instead. */
    static List<String> in(String text) {
        String rest = text.replaceAll("\\s+", " ");
        for (String allowed : ALLOWED) rest = rest.replace(allowed, "");
        List<String> found = new ArrayList<>();
        for (Map.Entry<Pattern, String> word : INSTEAD.entrySet()) {
            Matcher matcher = word.getKey().matcher(rest);
            while (matcher.find()) {
                int from = Math.max(0, matcher.start() - 30);
                int until = Math.min(rest.length(), matcher.end() + 20);
                found.add("\"" + matcher.group() + "\" (write: " + word.getValue() + ") in: …"
                        + rest.substring(from, until) + "…");
            }
        }
        return found;
    }
}
