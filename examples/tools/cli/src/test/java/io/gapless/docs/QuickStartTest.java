package io.gapless.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuickStartTest {
    private static final String PAGE = "docs/quick-start.md";
    private static final String FILES = "examples/quick-start/";

    @ParameterizedTest
    @CsvSource({
        "java,   java/src/main/java/QuickStart.java",
        "kotlin, kotlin/src/main/kotlin/QuickStart.kt",
        "xml,    java/pom.xml",
        "xml,    kotlin/pom.xml",
        "'',     java/.mvn/jvm.config",
        "'',     kotlin/.mvn/jvm.config"
    })
    void thePageShowsTheFileByteForByte(String language, String file) {
        assertThat(Markdown.blocks(Repository.read(PAGE), language)).contains(Repository.read(FILES + file));
    }

    @Test
    void theProgramIsAtMostTwelveLines() {
        String program = Repository.read(FILES + "java/src/main/java/QuickStart.java");
        String body = program.substring(program.indexOf("main("), program.lastIndexOf("    }"));
        assertThat(body.lines().skip(1)).hasSizeLessThanOrEqualTo(12);
    }
}
