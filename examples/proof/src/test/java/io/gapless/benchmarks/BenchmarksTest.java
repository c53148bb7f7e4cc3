package io.gapless.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.proof.kit.PostLines;
import io.gapless.recovery.LedgerRun;
import io.gapless.stream.DedupeRun;
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

        new Page(directory).write(List.of(chapter.name(), drawn.name()), List.of(chapter, drawn));

        Table.Row first = chapter.tables().get(0).rows().get(0);
        assertThat(first.values().get(Meter.PEAK).median()).isPositive();
        assertThat(Files.readString(directory.resolve("performance.md"))).contains(Meter.PEAK);
        assertThat(Files.readString(directory.resolve("performance.json"))).contains(Meter.PEAK);
        assertThat(Files.readString(directory.resolve("performance/chart.svg"))).contains("<polyline");
    }

    @Test
    void aStudyThatIsMeasuredAloneLeavesTheOtherChaptersAsTheyAre(@TempDir Path directory) throws Exception {
        Table table = Table.begin("Table", "").put("row", "column", Spread.of(1.5));
        Bound bound = Bound.atMost("a bound", 1, 2);
        Chapter first = new Chapter("first", "First?", "How.", List.of(table), List.of(), List.of(bound), "long ago");
        Chapter second = new Chapter("second", "Second?", "", List.of(table), List.of(), List.of());
        List<String> studies = List.of("first", "second", "never measured");
        new Page(directory).write(studies, List.of(second, first));
        String both = Files.readString(directory.resolve("performance.md"));
        new Page(directory).write(studies, List.of(second));

        assertThat(both).containsSubsequence("How. Measured long ago.", "| row | 1.50 |", "a bound", "## Second?");
        assertThat(Files.readString(directory.resolve("performance.md"))).isEqualTo(both);
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

    @Test
    void whatIsMuchCheaperThanBeforeIsNotFlatEither() {
        assertThat(Bound.flat("ratio", 0.79).holds()).isFalse();
        assertThat(Bound.flat("ratio", 1.2).holds()).isTrue();
        assertThat(Bound.flat("ratio", 1.21).holds()).isFalse();
    }

    @Test
    void aNumberThatIsMissingMeetsNoBound() {
        assertThat(Bound.atMost("bytes", Double.NaN, 1).holds()).isFalse();
        assertThat(Bound.atLeast("posts", Double.NaN, 1).holds()).isFalse();
    }

    @Test
    void aMissedBoundIsNamedWithItsLimitsAndItsNumber() {
        Bound met = Bound.atMost("bytes", 1, 2);
        Bound missed = Bound.flat("times the cost", 0.25);

        assertThat(Page.verdict(List.of(new Chapter("x", "", "", List.of(), List.of(), List.of(met, missed)))))
                .startsWith("1 of 2 bounds are met.")
                .contains("| times the cost | 0.800 to 1.20 | 0.250 | **MISSED** |")
                .doesNotContain("bytes");
    }

    @Test
    void theClientIsNamedAsTheLimitWhereItIsTheLargerPart() {
        assertThat(NextTen.of(List.of(throughput(4, 2.5, 0.5))))
                .contains("a core carries 250,000 posts/s")
                .contains("the JDK client takes 62.5 %")
                .contains("the client limits first")
                .contains("no more than 8 times");
        assertThat(NextTen.of(List.of(throughput(4, 1, 0.1))))
                .contains("own part limits first")
                .contains("gains 40 times");
    }

    @Test
    void whatWasNotMeasuredIsNotCalledALimit() {
        assertThat(NextTen.of(List.of())).isEmpty();
        assertThat(NextTen.of(List.of(throughput(4, 2, 0.5)))).doesNotContain("**Ids.**");
    }

    private static Chapter throughput(double gapless, double jdk, double raw) {
        Table table = Table.begin("", "")
                .put(Contender.GAPLESS.title(), Meter.CPU, Spread.of(gapless))
                .put(Contender.JDK_DISCARDING.title(), Meter.CPU, Spread.of(jdk))
                .put(Contender.RAW_SOCKET.title(), Meter.CPU, Spread.of(raw));
        return new Chapter("throughput", "", "", List.of(table), List.of(), List.of());
    }

    @Test
    void aChartNamesAllItsLinesAndSomeOfItsXs() {
        Chart chart = Chart.begin("chart", "A chart", "bytes", "y");
        for (String line : List.of("one", "two", "three"))
            chart.put(line, 500, 1).put(line, 5_000, 2);

        assertThat(Svg.of(chart)).contains(">one<", ">two<", ">three<", ">500<", ">5,000<");
    }

    @Test
    void aLedgerIsMeasuredInItsFile() throws Exception {
        Table table = new LedgerScale().run(Effort.SMOKE).tables().get(0);

        assertMeasured(table, "100", LedgerRun.COMMIT_CPU);
        assertMeasured(table, "100", LedgerRun.ALL);
    }

    @Test
    void idsAtRandomAreNewBesideThoseThatAreHeld() throws Exception {
        Table table = new Dedupe().run(Effort.SMOKE).tables().get(0);

        assertMeasured(table, DedupeRun.NEW_AT_RANDOM, "10,000 ids held");
    }

    private static void assertMeasured(Table table, String row, String column) {
        assertThat(table.find(row, column))
                .hasValueSatisfying(spread -> assertThat(spread.median()).isPositive());
    }
}
