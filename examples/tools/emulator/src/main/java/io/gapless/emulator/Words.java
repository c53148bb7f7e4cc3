package io.gapless.emulator;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Splits a text into words, so that keywords and phrases can be compared with them. Words are in lower case and without
 * punctuation. Each emoji is a word.
 */
final class Words {
    private Words() {}

    static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isLetterOrDigit(c) || c == '_' || isMark(c)) {
                word.appendCodePoint(c);
            } else {
                flush(word, words);
                if (Character.getType(c) == Character.OTHER_SYMBOL) {
                    words.add(Character.toString(c));
                }
            }
        });
        flush(word, words);
        return List.copyOf(words);
    }

    /** Removes the accents of a word, as search does. */
    static String folded(String word) {
        return Normalizer.normalize(word, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
    }

    static List<String> folded(List<String> words) {
        return words.stream().map(Words::folded).toList();
    }

    private static boolean isMark(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    private static void flush(StringBuilder word, List<String> words) {
        if (word.length() > 0) {
            words.add(Normalizer.normalize(word, Normalizer.Form.NFC).toLowerCase(Locale.ROOT));
            word.setLength(0);
        }
    }
}
