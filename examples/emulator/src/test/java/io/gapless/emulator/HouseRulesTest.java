package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks what no compiler checks: how the classes of the emulator depend on each other. */
class HouseRulesTest {
    @Test
    void noClassesOfDifferentFilesUseEachOtherInACircle() {
        ClassGraph emulator = ClassGraph.of(Path.of("src/main/java"));

        assertThat(emulator.files()).hasSizeGreaterThan(60);
        assertThat(emulator.knots()).isEmpty();
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
