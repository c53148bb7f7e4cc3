package io.gapless.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes {@code performance.md} for people, its charts, and {@code performance.json} for programs. */
final class Page {
    private final Path directory;

    Page(Path directory) {
        this.directory = directory;
    }

    void write(List<Chapter> chapters) throws IOException {
        Files.createDirectories(directory);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", Machine.now());
        all.put("chapters", chapters);
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(directory.resolve("performance.json").toFile(), all);
        Files.writeString(
                directory.resolve("performance.md"),
                "# Performance\n\n" + Machine.now() + "\n\n"
                        + chapters.stream().map(Page::chapter).collect(Collectors.joining("\n")));
    }

    static String chapter(Chapter chapter) {
        StringBuilder text = new StringBuilder("## " + chapter.title() + "\n\n" + chapter.method() + "\n\n");
        for (Table table : chapter.tables()) text.append(table.markdown()).append('\n');
        if (!chapter.bounds().isEmpty()) {
            text.append("| must be reached | bound | this run | |\n|---|---|---:|---|\n");
            for (Bound bound : chapter.bounds()) text.append(bound.markdown());
        }
        return text.toString();
    }
}
