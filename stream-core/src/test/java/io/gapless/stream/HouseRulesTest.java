package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no compiler checks: who may touch time, chance, threads and the console, and which package may use which. */
class HouseRulesTest {
    private static final Path CORE = Path.of("src/main/java");
    private static final Path RECOVERY = Path.of("../stream-recovery/src/main/java");
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);
    private static final Pattern PAST_THE_SEAM = Pattern.compile("System\\s*\\.\\s*(nanoTime|currentTimeMillis)"
            + "|(Instant|LocalDate|LocalDateTime|OffsetDateTime|ZonedDateTime)\\s*\\.\\s*now\\b"
            + "|Clock\\s*\\.\\s*system|new\\s+(Thread|Timer)\\b|Thread\\s*\\.\\s*(sleep|of)\\b|\\bExecutors\\b"
            + "|Math\\s*\\.\\s*random|new\\s+(Secure)?Random\\b|ThreadLocalRandom|UUID\\s*\\.\\s*random");
    private static final Pattern CONSOLE = Pattern.compile("System\\s*\\.\\s*(out|err)\\b|printStackTrace");

    /** The packages from the ground up: each may use those before it. The stream's own has no name behind it. */
    private static final List<String> FLOORS = List.of("seam.", "api.", "rules.", "[A-Z]");

    @Test
    void onlyTheSeamTouchesTimeChanceAndThreads() {
        assertThat(violations(file -> !file.contains("/stream/seam/"), PAST_THE_SEAM))
                .isEmpty();
    }

    @Test
    void nothingIsPrinted() {
        assertThat(violations(file -> true, CONSOLE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"seam", "api", "rules"})
    void aPackageKnowsOnlyThoseBelowIt(String name) {
        List<String> above = FLOORS.subList(FLOORS.indexOf(name + ".") + 1, FLOORS.size());
        Pattern forbidden = Pattern.compile("io\\.gapless\\.stream\\.(" + String.join("|", above) + ")");

        assertThat(violations(file -> file.contains("/stream/" + name + "/"), forbidden))
                .isEmpty();
    }

    @Test
    void theStreamDoesNotKnowGaplessStream() {
        assertThat(violations(file -> file.contains("/stream/"), Pattern.compile("io\\.gapless\\.recovery")))
                .isEmpty();
    }

    /** As {@code file: words}; comments may say what they like. */
    private static List<String> violations(Predicate<String> files, Pattern forbidden) {
        List<Path> sources = sources();
        assertThat(sources).hasSizeGreaterThan(80);
        return sources.stream()
                .filter(source -> files.test(source.toString().replace('\\', '/')))
                .flatMap(source -> forbidden
                        .matcher(COMMENT.matcher(read(source)).replaceAll(""))
                        .results()
                        .map(found -> source.getFileName() + ": " + found.group()))
                .toList();
    }

    private static List<Path> sources() {
        return Stream.of(CORE, RECOVERY)
                .flatMap(HouseRulesTest::walk)
                .filter(path -> path.toString().endsWith(".java"))
                .toList();
    }

    private static Stream<Path> walk(Path root) {
        try {
            return Files.walk(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
