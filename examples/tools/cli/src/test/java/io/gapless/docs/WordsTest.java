package io.gapless.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users read the field's words. What to write instead of which stands in {@code docs/glossary.md}. */
class WordsTest {
    /** The diary quotes names of tests; the glossary lists what is not to be written. */
    private static String text(Path page) {
        String text = Repository.read(page);
        if (Repository.name(page).equals("docs/glossary.md"))
            text = text.replaceFirst("(?s)\n## Words that are not used\n.*", "");
        return text.replaceAll("`[^`\n]*`", "code");
    }

    @Test
    void pagesHaveNoOldWords() {
        List<String> found = new ArrayList<>();
        for (Path page : Repository.pages()) {
            for (String word : Words.in(text(page))) found.add(Repository.name(page) + ": " + word);
        }
        assertThat(found).as(String.join("\n", found)).isEmpty();
    }

    /** The number of old words that a module still has. It may only fall; a lower one is to be entered here. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "stream-core, 0",
        "stream-recovery, 2",
        "stream-recovery/kafka-connect, 0",
        "stream-recovery/page, 0",
        "examples/tools/emulator, 0",
        "examples/tools/cli, 0",
        "examples/tools/receiver, 0",
        "examples/tools/hosts, 0",
        "examples/tools/test-kit, 0",
        "examples/tools/kafka, 0",
        "examples/proof, 0",
        "examples/failover, 0",
        "examples/kafka-connect, 0",
        "examples/kafka-fanout, 0",
        "examples/interval-sending, 0",
        "examples/change-capture, 0",
        "stream-recovery/spring-boot-starter, 0"
    })
    void messagesAndPublicJavadocLoseTheirOldWords(String module, int atMost) {
        List<String> found = JavaProse.of(Repository.sources(module + "/src/main/java")).stream()
                .flatMap(text -> Words.in(text).stream())
                .toList();
        String left = found.size() + " old words are left in " + module + ":\n" + String.join("\n", found);
        assertThat(found).as(left).hasSizeLessThanOrEqualTo(atMost);
        if (!found.isEmpty()) System.out.println(left);
    }
}
