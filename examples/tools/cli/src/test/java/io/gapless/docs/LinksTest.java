package io.gapless.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each link of our pages leads somewhere. */
class LinksTest {
    @Test
    void eachLinkLeadsToAFileAndToAHeadingInIt() {
        List<String> broken = new ArrayList<>();
        for (Path page : Repository.pages()) {
            for (String link : Markdown.links(Repository.read(page))) {
                if (!link.matches("[a-z]+:.*") && !leadsSomewhere(page, link))
                    broken.add(Repository.name(page) + ": " + link);
            }
        }
        assertThat(broken).isEmpty();
    }

    private static boolean leadsSomewhere(Path page, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!Files.exists(target)) return false;
        return parts.length == 1 || Markdown.anchors(Repository.read(target)).contains(parts[1]);
    }

    @Test
    void eachPageOfDocsIsInTheReadingOrder() {
        List<String> listed = Markdown.links(Repository.read("docs/README.md"));
        List<String> missing = Repository.pages().stream()
                .map(Repository::name)
                .filter(name -> name.matches("docs/[^/]+\\.md") && !name.equals("docs/README.md"))
                .map(name -> name.substring("docs/".length()))
                .filter(name -> !listed.contains(name))
                .toList();
        assertThat(missing).isEmpty();
    }
}
