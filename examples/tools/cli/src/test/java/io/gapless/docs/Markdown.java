package io.gapless.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** As much of Markdown as our pages use. */
final class Markdown {
    private static final Pattern LINK = Pattern.compile("!?\\[((?:[^\\[\\]]|\\[[^\\]]*\\])*)\\]\\(([^)\\s]+)\\)");
    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?])\\s+(?=[\\[*`\\p{Lu}\\d])");
    private static final String FENCE = "```";

    private Markdown() {}

    /** Where the links of a page point to; what it quotes has links of its own. */
    static List<String> links(String page) {
        return LINK.matcher(withoutCode(page).replaceAll("(?m)^> .*$", ""))
                .results()
                .map(link -> link.group(2))
                .toList();
    }

    /** The names under which the headings of a page can be reached, as GitHub makes them. */
    static List<String> anchors(String page) {
        List<String> anchors = new ArrayList<>();
        for (String line : withoutFences(page).split("\n")) {
            if (!line.matches("#{1,6} .*")) continue;
            String title = LINK.matcher(line.replaceFirst("#+ ", "")).replaceAll("$1");
            anchors.add(title.toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
                    .strip()
                    .replace(' ', '-'));
        }
        return anchors;
    }

    /** Without fenced blocks and code in a line. */
    static String withoutCode(String page) {
        return withoutFences(page).replaceAll("`[^`\n]*`", "`code`");
    }

    static String withoutFences(String page) {
        StringBuilder rest = new StringBuilder();
        boolean fenced = false;
        for (String line : page.split("\n", -1)) {
            if (line.startsWith(FENCE)) fenced = !fenced;
            else if (!fenced) rest.append(line);
            rest.append('\n');
        }
        return rest.toString();
    }

    /** The fenced blocks of a language; those of none have the empty one. */
    static List<String> blocks(String page, String language) {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = new StringBuilder();
        boolean fenced = false;
        boolean wanted = false;
        for (String line : page.split("\n")) {
            if (line.startsWith(FENCE)) {
                if (wanted && fenced) blocks.add(block.toString());
                block.setLength(0);
                fenced = !fenced;
                wanted = fenced && line.strip().equals(FENCE + language);
            } else if (wanted) {
                block.append(line).append('\n');
            }
        }
        return blocks;
    }

    /** What a page says, sentence by sentence; a row of a table and a commented command are a sentence each. */
    static List<String> sentences(String page) {
        List<String> sentences = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        for (String line : withoutFences(page).split("\n")) {
            boolean row = line.startsWith("|");
            if (row || line.isBlank() || line.startsWith("#") || line.matches("(\\d+\\.|[-*]) .*")) {
                split(paragraph, sentences);
                paragraph.setLength(0);
            }
            if (row && !line.matches("[|\\s:-]+")) {
                sentences.add(line.replaceFirst("^\\|\\s*", "").replaceFirst("\\s*\\|$", ""));
            } else if (!row && !line.startsWith("#")) {
                paragraph.append(line.replaceFirst("^(\\d+\\.|[-*]) ", "")).append(' ');
            }
        }
        split(paragraph, sentences);
        for (String block : blocks(page, "")) {
            block.lines()
                    .filter(line -> line.contains("   # "))
                    .map(String::strip)
                    .forEach(sentences::add);
        }
        return sentences;
    }

    private static void split(CharSequence paragraph, List<String> sentences) {
        for (String sentence : SENTENCE_END.split(paragraph)) {
            if (!sentence.isBlank()) sentences.add(sentence.strip());
        }
    }
}
