package io.gapless.benchmarks;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Writes the results: {@code performance.md} for people, the charts of this page, and {@code performance.json} for
 * programs.
 */
final class Page {
    private static final String CHARTS = "performance";
    private static final String HEAD = """
            # Performance

            For users and reviewers. What the library costs, beside other clients. One command measures all of it and writes
            this page:

            ```
            mvn -q -pl examples/proof -am compile exec:java -Dexec.args="benchmarks --write docs"
            ```

            `--quick` takes a few minutes and is rough. The name of a study measures it alone, and leaves the other chapters
            as they are. The numbers are also in [performance.json](performance.json). Times differ from machine to machine;
            ratios within a round are more reliable.

            """;
    private static final String BOUNDS = "| must be reached | bound | this run | |\n|---|---|---:|---|\n";

    private final Path directory;

    Page(Path directory) {
        this.directory = directory;
    }

    /** Holds what {@code performance.json} contains. */
    private record Results(List<Chapter> chapters) {}

    /**
     * Writes the page. Chapters of studies that were not measured now stay as they are.
     *
     * @param studies the names of all studies, in their order
     * @param measured the chapters of the studies that were measured now
     */
    void write(Collection<String> studies, List<Chapter> measured) throws IOException {
        Files.createDirectories(directory);
        Path numbers = directory.resolve("performance.json");
        ObjectMapper json = new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        Map<String, Chapter> known = new HashMap<>();
        if (Files.exists(numbers))
            json.readValue(numbers.toFile(), Results.class).chapters().forEach(old -> known.put(old.name(), old));
        measured.forEach(chapter -> known.put(chapter.name(), chapter));
        List<Chapter> chapters =
                studies.stream().map(known::get).filter(Objects::nonNull).toList();
        json.writeValue(numbers.toFile(), new Results(chapters));
        for (Chapter chapter : chapters) {
            for (Chart chart : chapter.charts()) {
                Files.createDirectories(directory.resolve(CHARTS));
                Files.writeString(directory.resolve(CHARTS).resolve(chart.file() + ".svg"), Svg.of(chart));
            }
        }
        Files.writeString(
                directory.resolve("performance.md"),
                HEAD + Summary.of(chapters) + "\n## Bounds\n\n" + verdict(chapters) + "\n"
                        + chapters.stream().map(Page::chapter).collect(Collectors.joining("\n"))
                        + "\n## What limits the next factor of ten\n\n"
                        + NextTen.of(chapters) + "\n");
    }

    /** Returns, in words, how many bounds are met, and which bounds are missed. */
    static String verdict(List<Chapter> chapters) {
        List<Bound> bounds =
                chapters.stream().flatMap(chapter -> chapter.bounds().stream()).toList();
        List<Bound> missed = bounds.stream().filter(bound -> !bound.holds()).toList();
        String met = bounds.size() - missed.size() + " of " + bounds.size() + " bounds are met.\n";
        return missed.isEmpty()
                ? met
                : met + "\n" + BOUNDS + missed.stream().map(Bound::markdown).collect(Collectors.joining());
    }

    static String chapter(Chapter chapter) {
        StringBuilder text = new StringBuilder(
                "## " + chapter.title() + "\n\n" + chapter.method() + " Measured " + chapter.measured() + ".\n\n");
        for (Table table : chapter.tables()) text.append(table.markdown()).append('\n');
        for (Chart chart : chapter.charts()) {
            text.append("![" + chart.title() + "](" + CHARTS + "/" + chart.file() + ".svg)\n\n");
        }
        if (!chapter.bounds().isEmpty()) {
            text.append(BOUNDS);
            for (Bound bound : chapter.bounds()) text.append(bound.markdown());
        }
        return text.toString();
    }
}
