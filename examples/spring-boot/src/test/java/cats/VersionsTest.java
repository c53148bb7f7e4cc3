package cats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootVersion;
import org.sqlite.SQLiteJDBCLoader;

/** The versions on which this example is tested. In a clone of Gapless, its document names them. */
class VersionsTest {
    private static final Path DOCUMENT = Path.of("docs", "spring-boot.md");

    @Test
    void theDocumentNamesTheVersionsOfThisRun() throws Exception {
        Path document = Stream.iterate(Path.of("").toAbsolutePath(), folder -> folder != null, Path::getParent)
                .map(folder -> folder.resolve(DOCUMENT))
                .filter(Files::exists)
                .findFirst()
                .orElse(DOCUMENT);
        assumeTrue(Files.exists(document), "there is no " + DOCUMENT + " around this example");

        assertThat(Files.readString(document).replaceAll("\\s+", " "))
                .contains("Spring Boot " + SpringBootVersion.getVersion() + ", with Jackson "
                        + new ObjectMapper().version() + " and the SQLite driver " + SQLiteJDBCLoader.getVersion());
    }
}
