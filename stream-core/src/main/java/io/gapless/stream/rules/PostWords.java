package io.gapless.stream.rules;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts text into what words and phrases are compared with: small letters, without punctuation; {@code #}, {@code @} and
 * {@code $} stay before their word, an emoji stands alone. Pure.
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

    /** As search sees them. Marks of other scripts than the European ones make another letter, not an accent. */
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
