package io.gapless.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That it still measures; what it measures is for the command. */
class BenchmarksTest {
    @Test
    void aStudyEndsInNumbersThatAreWrittenDown(@TempDir Path directory) throws Exception {
        Chapter chapter = new StartUp().run(Effort.SMOKE);
        Chart chart =
                Chart.begin("chart", "A chart", "x", "y").put("line", 1, 2).put("line", 1_000, 3);
        Chapter drawn = new Chapter("x", "Drawn?", "", chapter.tables(), List.of(chart), List.of());

        new Page(directory).write(List.of(chapter, drawn));

        assertThat(chapter.tables()
                        .get(0)
                        .rows()
                        .get(0)
                        .values()
                        .get(Meter.PEAK)
                        .median())
                .isPositive();
        assertThat(Files.readString(directory.resolve("performance.md"))).contains(Meter.PEAK);
        assertThat(Files.readString(directory.resolve("performance.json"))).contains(Meter.PEAK);
        assertThat(Files.readString(directory.resolve("performance/chart.svg"))).contains("<polyline");
    }

    @Test
    void linesAreAboutAsLongAsWasAskedFor() {
        for (int length : new int[] {500, 1_600, 5_000}) {
            assertThat(PostLines.of(length, 32))
                    .allSatisfy(line -> assertThat(line.length).isBetween(length * 9 / 10, length * 11 / 10));
        }
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheMiddle() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(new Spread(3, 1, 100));
    }
}
