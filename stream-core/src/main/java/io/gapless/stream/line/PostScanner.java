package io.gapless.stream.line;

import io.gapless.stream.post.Post.MatchingRule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds the positions of the {@link PostBasics} in a post's line, if the line has X's usual form: no white space
 * between tokens, no escape in a key, and text wherever text is expected. Each value is decoded when it is requested.
 * The line is known to be JSON, so other values are skipped by their quotes and brackets alone. Does not change after
 * {@link #of}.
 */
public final class PostScanner extends LineScanner implements PostBasics {
    /** Names the JSON objects of a line in which the scanner looks for values. */
    private enum Within {
        LINE,
        DATA,
        NOTE_TWEET,
        NOTE_POST,
        RULE
    }

    // The index at which each value begins, which is the index of its quote or bracket; NOWHERE if the line does not
    // have the value.
    private int text = NOWHERE;
    private int noteTweet = NOWHERE;
    private int notePost = NOWHERE;
    private int createdAt = NOWHERE;
    private int authorId = NOWHERE;
    private int lang = NOWHERE;
    private int matchingRules = NOWHERE;
    /**
     * The index at which the id of the last read rule begins. {@link #ruleTag} is the index at which that rule's tag
     * begins.
     */
    private int ruleId = NOWHERE;

    private int ruleTag = NOWHERE;

    private PostScanner(byte[] line) {
        super(line, line.length);
    }

    /** Returns the basics of a post's line; null if the line does not have X's usual form. */
    public static @Nullable PostScanner of(byte[] line) {
        PostScanner found = new PostScanner(line);
        return found.endOfObject(0, Within.LINE) == line.length ? found : null;
    }

    // Each endOf… method returns the index after the value, or NOWHERE if the value does not have X's usual form. Of
    // equal keys, the last one counts.

    private int endOfObject(int from, Within within) {
        if (at(from) != '{') return NOWHERE;
        if (at(from + 1) == '}') return from + 2;
        int i = from;
        do {
            int key = i + 1;
            int value = endOfKey(key);
            i = value == NOWHERE ? NOWHERE : endOfMember(within, key + 1, value);
            if (i == NOWHERE) return NOWHERE;
        } while (at(i) == ',');
        return at(i) == '}' ? i + 1 : NOWHERE;
    }

    private int endOfMember(Within within, int key, int value) {
        switch (within) {
            case LINE -> {
                if (is(key, "matching_rules")) return endOfRules(matchingRules = value, null);
                if (!is(key, "data")) return endOfAny(value);
                forgetData();
                return endOfObject(value, Within.DATA);
            }
            case DATA -> {
                if (is(key, "text")) return endOfText(text = value);
                if (is(key, "created_at")) return endOfText(createdAt = value);
                if (is(key, "author_id")) return endOfText(authorId = value);
                if (is(key, "lang")) return endOfText(lang = value);
                if (is(key, "note_tweet")) {
                    noteTweet = NOWHERE;
                    return endOfObject(value, Within.NOTE_TWEET);
                }
                if (is(key, "note_post")) {
                    notePost = NOWHERE;
                    return endOfObject(value, Within.NOTE_POST);
                }
                return endOfAny(value);
            }
            case NOTE_TWEET -> {
                return is(key, "text") ? endOfText(noteTweet = value) : endOfAny(value);
            }
            case NOTE_POST -> {
                return is(key, "text") ? endOfText(notePost = value) : endOfAny(value);
            }
            case RULE -> {
                if (is(key, "id")) return endOfText(ruleId = value);
                return is(key, "tag") ? endOfText(ruleTag = value) : endOfAny(value);
            }
        }
        throw new AssertionError(within);
    }

    private void forgetData() {
        text = NOWHERE;
        noteTweet = NOWHERE;
        notePost = NOWHERE;
        createdAt = NOWHERE;
        authorId = NOWHERE;
        lang = NOWHERE;
    }

    private int endOfRules(int from, @Nullable List<MatchingRule> rules) {
        if (at(from) != '[') return NOWHERE;
        int i = from + 1;
        while (at(i) == '{') {
            ruleId = NOWHERE;
            ruleTag = NOWHERE;
            i = endOfObject(i, Within.RULE);
            if (i == NOWHERE) return NOWHERE;
            if (rules != null) rules.add(new MatchingRule(decoded(ruleId), decoded(ruleTag)));
            if (at(i) == ',') i++;
        }
        return at(i) == ']' ? i + 1 : NOWHERE;
    }

    private int endOfText(int i) {
        return at(i) == '"' ? endOfString(i) : NOWHERE;
    }

    /**
     * Skips a value of any type and returns the index after it. The value need not be well-formed UTF-8: a byte that is
     * not ASCII is never a quote or a bracket.
     */
    private int endOfAny(int from) {
        int depth = 0;
        int i = from;
        do {
            switch (at(i)) {
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                case '"' -> i = endOfQuoted(i + 1);
                default -> {}
            }
            i++;
            if (i > end) return NOWHERE;
        } while (depth > 0 || at(i) != ',' && at(i) != '}' && at(i) != ']');
        return i;
    }

    /**
     * Returns whether the key at {@code key} is {@code name}. If the key is shorter than the name, the comparison stops
     * at the key's closing quote, because that quote differs from the name.
     */
    private boolean is(int key, String name) {
        for (int k = 0; k < name.length(); k++) if (line[key + k] != name.charAt(k)) return false;
        return line[key + name.length()] == '"';
    }

    /** Returns the text of the string that begins at {@code quote}; empty for {@link #NOWHERE}. */
    private String decoded(int quote) {
        if (quote == NOWHERE) return "";
        int from = quote + 1;
        int plain = endOfPlain(from);
        if (at(plain) == '"') return new String(line, from, plain - from, StandardCharsets.ISO_8859_1);
        return decoded(from, endOfQuoted(plain));
    }

    @Override
    public String rawText() {
        return decoded(text);
    }

    @Override
    public String note() {
        String tweet = decoded(noteTweet);
        return tweet.isEmpty() ? decoded(notePost) : tweet;
    }

    @Override
    public String createdAt() {
        return decoded(createdAt);
    }

    @Override
    public OptionalLong authorId() {
        return PostParts.id(decoded(authorId));
    }

    @Override
    public Optional<String> lang() {
        return Optional.of(decoded(lang)).filter(code -> !code.isEmpty());
    }

    @Override
    public List<MatchingRule> matchingRules() {
        if (matchingRules == NOWHERE) return List.of();
        List<MatchingRule> rules = new ArrayList<>(1);
        // A new scanner is needed here, because the scan stores its current rule in fields, and several threads may
        // read one post.
        new PostScanner(line).endOfRules(matchingRules, rules);
        return List.copyOf(rules);
    }
}
