package io.gapless.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares what each artifact exports with what its file {@code api.txt} says, so that a review sees each change of the
 * API. {@code -Dapi.write=true} writes the files. The API stays small, and the examples that users copy need nothing else.
 */
class ApiFileTest {
    private static final Pattern EXPORTED = Pattern.compile("exports ([\\w.]+);");
    private static final Pattern IMPORT = Pattern.compile(
            "^import (?:static )?(io\\.gapless\\.(?:stream|recovery)[a-z.]*)\\.[A-Z]", Pattern.MULTILINE);
    private static final String FILE = "api.txt";
    private static final List<String> ARTIFACTS = List.of("stream-core", "stream-recovery");

    /** The most types that a user can meet, nested ones not counted. */
    private static final int TYPES_MAX = 50;

    @ParameterizedTest
    @ValueSource(strings = {"stream-core", "stream-recovery"})
    void theApiIsAsItsFileSays(String artifact) throws Exception {
        Path file = Repository.path(artifact).resolve(FILE);
        String api = String.join("\n", api(Repository.path(artifact + "/src/main/java"))) + "\n";
        if (Boolean.getBoolean("api.write")) Files.writeString(file, api);

        assertThat(api)
                .as("what %s exports; write it down with -Dapi.write=true, and say why in the changelog", artifact)
                .isEqualTo(Files.readString(file));
    }

    @Test
    void bothArtifactsTogetherExportFewTypes() throws IOException {
        List<String> types = new ArrayList<>();
        for (String artifact : ARTIFACTS) {
            try (Stream<String> lines = Files.lines(Repository.path(artifact).resolve(FILE))) {
                types.addAll(lines.filter(line -> !line.startsWith(" ")).toList());
            }
        }

        assertThat(types).hasSizeLessThanOrEqualTo(TYPES_MAX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"quick-start", "hello", "interval-sending", "change-capture"})
    void anExampleUsesOnlyWhatIsExported(String example) throws IOException {
        Set<String> exported = new HashSet<>();
        for (String artifact : ARTIFACTS) {
            Matcher found = EXPORTED.matcher(Files.readString(
                    Repository.path(artifact + "/src/main/java").resolve("module-info.java")));
            while (found.find()) exported.add(found.group(1));
        }
        Set<String> used = new HashSet<>();
        try (Stream<Path> files = Files.walk(Repository.path("examples/" + example))) {
            for (Path file : files.filter(path -> path.toString().matches(".*/src/.*\\.(java|kt)"))
                    .toList()) {
                Matcher imported = IMPORT.matcher(Files.readString(file));
                while (imported.find()) used.add(imported.group(1));
            }
        }

        assertThat(used).isNotEmpty().isSubsetOf(exported);
    }

    private static List<String> api(Path sources) throws IOException, ClassNotFoundException {
        List<String> lines = new ArrayList<>();
        Matcher exported = EXPORTED.matcher(Files.readString(sources.resolve("module-info.java")));
        while (exported.find()) {
            try (Stream<Path> files =
                    Files.list(sources.resolve(exported.group(1).replace('.', '/')))) {
                for (Path file : files.sorted().toList()) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(".java") && !name.equals("package-info.java"))
                        add(Class.forName(exported.group(1) + "." + name.replace(".java", "")), "", lines);
                }
            }
        }
        return lines;
    }

    private static void add(Class<?> type, String indent, List<String> lines) {
        if (!isApi(type.getModifiers())) return;
        lines.add(indent + head(type));
        List<String> members = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) if (isApi(field)) members.add(field.toGenericString());
        for (Constructor<?> made : type.getDeclaredConstructors()) if (isApi(made)) members.add(made.toGenericString());
        for (Method method : type.getDeclaredMethods()) if (isApi(method)) members.add(method.toGenericString());
        members.stream().sorted().forEach(member -> lines.add(indent + "  " + member));
        Arrays.stream(type.getDeclaredClasses())
                .sorted((a, b) -> a.getName().compareTo(b.getName()))
                .forEach(nested -> add(nested, indent + "  ", lines));
    }

    /** Newer JDKs also print what is sealed, so the line is made here. */
    private static String head(Class<?> type) {
        String kind = type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
        String parents = Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass()), Stream.of(type.getGenericInterfaces()))
                .map(Type::getTypeName)
                .filter(parent -> !parent.startsWith("java.lang."))
                .collect(Collectors.joining(", "));
        return kind + " " + type.getName() + (parents.isEmpty() ? "" : " is " + parents);
    }

    private static boolean isApi(Executable made) {
        return isApi(made.getModifiers()) && !made.isSynthetic();
    }

    private static boolean isApi(Field field) {
        return isApi(field.getModifiers()) && !field.isSynthetic();
    }

    private static boolean isApi(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }
}
