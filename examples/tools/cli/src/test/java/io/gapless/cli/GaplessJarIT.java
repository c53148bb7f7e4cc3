package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.XEmulator;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program holds every class that its commands need; the tests' own class path may hold more. */
@Timeout(90)
class GaplessJarIT {
    private static final Predicate<String> HAS_PAGE =
            printed -> PageCommandTest.ADDRESS.matcher(printed).find();

    @TempDir
    private Path directory;

    @Test
    void theDemoServesItsPage() throws Exception {
        try (ChildProgram demo = ChildProgram.startJar(Map.of(), "demo", "--page", "0")) {
            URI page = PageCommandTest.page(demo.awaitOut(HAS_PAGE));

            assertThat(PageCommandTest.get(page, "/").statusCode()).isEqualTo(200);
            assertThat(PageCommandTest.get(page, "/metrics").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void consumeServesItsPageAndItsHealth() throws Exception {
        try (XEmulator x = XEmulator.builder().rate(50).start();
                ChildProgram gapless = ChildProgram.startJar(
                        Map.of("X_BEARER_TOKEN", x.bearerToken()), PageCommandTest.consume(x, directory))) {
            URI page = PageCommandTest.page(gapless.awaitErr(HAS_PAGE));

            assertThat(PageCommandTest.get(page, "/health").statusCode()).isEqualTo(200);
            assertThat(PageCommandTest.get(page, "/metrics").statusCode()).isEqualTo(200);
        }
    }
}
