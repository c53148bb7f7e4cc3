package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of each module: which one stands on which, and how many files each holds. */
class RoomsTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);
    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?([a-z][\\w.]*?)\\.([A-Z]\\w*)", Pattern.MULTILINE);

    /** From the ground up: a package uses those before its own group only. */
    private static final List<List<String>> FLOORS = List.of(
            List.of("io.gapless.stream.seam"),
            List.of("io.gapless.stream.post"),
            List.of("io.gapless.stream.api", "io.gapless.stream.line"),
            List.of("io.gapless.stream.rules.syntax", "io.gapless.stream.pace"),
            List.of("io.gapless.stream.rules"),
            List.of("io.gapless.stream.event"),
            List.of("io.gapless.stream.spi"),
            List.of("io.gapless.stream"),
            List.of("io.gapless.recovery.ledger"),
            List.of("io.gapless.recovery.storage"),
            List.of("io.gapless.recovery.state", "io.gapless.recovery.outbox.source", "io.gapless.recovery.plan"),
            List.of("io.gapless.recovery.outbox"),
            List.of("io.gapless.recovery.search", "io.gapless.recovery.slot"),
            List.of("io.gapless.recovery"));

    private static final int FILES_MAX = 55;
    private static final int RECOVERY_FILES_MAX = 35;

    @Test
    void eachPackageUsesOnlyThoseOfTheFloorsBelow() {
        Map<String, Set<String>> uses = uses(REPOSITORY.resolve("stream-core"), REPOSITORY.resolve("stream-recovery"));

        assertThat(uses.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        FLOORS.stream().flatMap(List::stream).toList());
        Set<String> below = new HashSet<>();
        for (List<String> floor : FLOORS) {
            for (String name : floor)
                assertThat(uses.get(name)).as("what %s uses", name).isSubsetOf(below);
            below.addAll(floor);
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void noPackagesUseEachOtherInACircle(Path module) {
        Map<String, Set<String>> uses = uses(module);
        for (String name : uses.keySet()) {
            Set<String> reached = new TreeSet<>();
            reach(name, uses, reached);
            assertThat(reached).as("what %s reaches", name).doesNotContain(name);
        }
    }

    @Test
    void noPackageIsTooLargeToBeRead() {
        for (String module : List.of("stream-core", "stream-recovery")) {
            files(REPOSITORY.resolve(module)).forEach((name, count) -> assertThat(count)
                    .as("files of %s", name)
                    .isLessThanOrEqualTo(name.equals("io.gapless.recovery") ? RECOVERY_FILES_MAX : FILES_MAX));
        }
    }

    static List<Path> modules() {
        try (Stream<Path> found = Files.walk(REPOSITORY, 3)) {
            return found.filter(path -> Files.isDirectory(path.resolve("src/main/java")))
                    .filter(path -> !path.toString().contains("target"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void reach(String name, Map<String, Set<String>> uses, Set<String> reached) {
        for (String next : uses.getOrDefault(name, Set.of())) if (reached.add(next)) reach(next, uses, reached);
    }

    /** Returns the packages of modules, and which of these packages each imports from. */
    private static Map<String, Set<String>> uses(Path... modules) {
        Map<Path, String> sources = new TreeMap<>();
        for (Path module : modules) sources.putAll(sources(module));
        // A program may have a package of the same name as the library's, so only its own types count.
        Set<String> types = new HashSet<>();
        sources.forEach((file, source) ->
                types.add(name(source) + "." + file.getFileName().toString().replace(".java", "")));
        Map<String, Set<String>> uses = new TreeMap<>();
        for (String source : sources.values()) {
            String name = name(source);
            Set<String> used = uses.computeIfAbsent(name, key -> new TreeSet<>());
            Matcher imported = IMPORT.matcher(source);
            while (imported.find()) {
                String other = imported.group(1);
                if (!other.equals(name) && types.contains(other + "." + imported.group(2))) used.add(other);
            }
        }
        return uses;
    }

    private static Map<String, Integer> files(Path module) {
        Map<String, Integer> files = new TreeMap<>();
        for (String source : sources(module).values()) files.merge(name(source), 1, Integer::sum);
        return files;
    }

    private static String name(String source) {
        Matcher name = PACKAGE.matcher(source);
        return name.find() ? name.group(1) : "";
    }

    private static Map<Path, String> sources(Path module) {
        Map<Path, String> sources = new TreeMap<>();
        try (Stream<Path> found = Files.walk(module.resolve("src/main/java"))) {
            for (Path file : found.filter(
                            path -> path.toString().endsWith(".java") && !path.endsWith("module-info.java"))
                    .toList()) sources.put(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sources;
    }
}
