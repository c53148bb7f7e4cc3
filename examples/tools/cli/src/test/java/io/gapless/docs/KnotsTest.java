package io.gapless.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks what no compiler checks: that classes of different files depend on each other one way only. */
class KnotsTest {
    @ParameterizedTest
    @ValueSource(strings = {"stream-core", "stream-recovery", "examples/tools/emulator"})
    void noClassesOfDifferentFilesUseEachOtherInACircle(String module) {
        ClassGraph graph = ClassGraph.of(Repository.path(module + "/src/main/java"));

        assertThat(graph.files()).hasSizeGreaterThan(60);
        assertThat(graph.knots()).isEmpty();
    }

    @Test
    void aCircleIsFoundWithoutImportsAndThroughAConstant(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("Low.java"), "class Low { static final int SIZE = 1; Object next = new High(); }");
        Files.writeString(
                folder.resolve("High.java"), "class High extends Middle { static class Part extends Top {} }");
        Files.writeString(folder.resolve("Middle.java"), "class Middle { int size = Low.SIZE; }");
        Files.writeString(folder.resolve("Top.java"), "class Top { Middle middle; }");

        assertThat(ClassGraph.of(folder).knots())
                .containsExactly("4 classes: High -> [Middle, Top]; Low -> [High]; Middle -> [Low]; Top -> [Middle];");
    }

    @Test
    void classesOfOneFileMayUseEachOther(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("Sealed.java"), "sealed interface Sealed { record One() implements Sealed {} }");
        Files.writeString(folder.resolve("User.java"), "class User { Sealed sealed = new Sealed.One(); }");

        assertThat(ClassGraph.of(folder).knots()).isEmpty();
    }
}
