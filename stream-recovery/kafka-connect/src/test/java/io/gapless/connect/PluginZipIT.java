package io.gapless.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What a user unpacks into plugin.path. */
class PluginZipIT {
    private static final long BYTES_MAX = 5_000_000;

    private static Path zip() throws IOException {
        try (Stream<Path> built = Files.list(Path.of("target"))) {
            return built.filter(file -> file.toString().endsWith("-plugin.zip"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static List<String> names() throws IOException {
        try (ZipFile zip = new ZipFile(zip().toFile())) {
            return zip.stream()
                    .map(ZipEntry::getName)
                    .map(name -> name.substring(name.lastIndexOf('/') + 1))
                    .filter(name -> !name.isEmpty())
                    .map(name -> name.replaceFirst("-\\d.*", ""))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void thePluginIsSmall() throws IOException {
        assertThat(zip()).exists();
        assertThat(Files.size(zip())).isLessThanOrEqualTo(BYTES_MAX);
    }

    @Test
    void itHasWhatNoWorkerHasAndNothingThatEachWorkerHas() throws IOException {
        assertThat(names())
                .contains(
                        "LICENSE",
                        "gapless-kafka-connect",
                        "gapless-stream-core",
                        "gapless-stream-recovery",
                        "jackson-databind")
                .noneMatch(name -> name.matches("(sqlite-jdbc|slf4j-.*|connect-.*|kafka-.*|postgresql)"));
    }

    @Test
    void theServiceLoaderFindsTheConnector() throws IOException {
        try (ZipFile jar = new ZipFile(Stream.of(Path.of("target").toFile().listFiles())
                .filter(file -> file.getName().matches("gapless-kafka-connect-[0-9.]+(-SNAPSHOT)?\\.jar"))
                .findFirst()
                .orElseThrow())) {
            ZipEntry services = jar.getEntry("META-INF/services/org.apache.kafka.connect.source.SourceConnector");
            assertThat(new String(jar.getInputStream(services).readAllBytes()))
                    .isEqualToIgnoringNewLines(GaplessSourceConnector.class.getName());
        }
    }
}
