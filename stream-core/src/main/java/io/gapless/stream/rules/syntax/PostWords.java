package io.gapless.stream.rules.syntax;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Splits text into the words that rules are compared with. Words are in lower case and without punctuation. {@code #},
 * {@code @} and {@code $} stay in front of their word; an emoji is a word of its own. Pure.
 */
final class PostWords {
    private PostWords() {}

    static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (isPartOfWord(c)) {
                word.appendCodePoint(c);
                return;
            }
            flush(word, words);
            if ("#@$".indexOf(c) >= 0) word.appendCodePoint(c);
            else if (Character.getType(c) == Character.OTHER_SYMBOL) words.add(Character.toString(c));
        });
        flush(word, words);
        return words;
    }

    private static boolean isPartOfWord(int c) {
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c)
                || c == '_'
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }

    private static void flush(StringBuilder word, List<String> words) {
        boolean onlySign = word.length() == 1 && "#@$".indexOf(word.charAt(0)) >= 0;
        if (word.length() > 0 && !onlySign) {
            words.add(Normalizer.normalize(word, Normalizer.Form.NFC).toLowerCase(Locale.ROOT));
        }
        word.setLength(0);
    }

    /**
     * Returns the words as search compares them. Only the accents of European scripts are removed: in other scripts a
     * mark makes a different letter.
     */
    static List<String> withoutAccents(List<String> words) {
        return words.stream().map(PostWords::withoutAccents).toList();
    }

    private static String withoutAccents(String word) {
        if (word.chars().allMatch(c -> c < 128)) return word;
        String bare = Normalizer.normalize(word, Normalizer.Form.NFD).replaceAll("[\\u0300-\\u036f]", "");
        return Normalizer.normalize(bare, Normalizer.Form.NFC);
    }

    static boolean hasAccents(List<String> words) {
        return !withoutAccents(words).equals(words);
    }
}
