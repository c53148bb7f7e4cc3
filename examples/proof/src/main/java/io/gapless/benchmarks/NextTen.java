package io.gapless.benchmarks;

import io.gapless.proof.kit.Text;
import io.gapless.recovery.LedgerRun;
import io.gapless.stream.DedupeRun;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Describes what would limit the library at ten times the load, by the measured numbers. Numbers that were not measured
 * are left out. Pure functions.
 */
final class NextTen {
    /** The average rate of X's firehose, in posts per second; {@link #PEAK} is its highest rate. */
    private static final double AVERAGE = 6_000;

    private static final double PEAK = 143_000;
    private static final double HOUR_SECONDS = 3_600;

    private final List<Chapter> chapters;

    private NextTen(List<Chapter> chapters) {
        this.chapters = chapters;
    }

    /** Returns the paragraphs about ten times the load; an empty text if nothing was measured. */
    static String of(List<Chapter> chapters) {
        NextTen run = new NextTen(chapters);
        return Stream.of(run.cpu(), run.state(), run.ids(), run.ledger(), run.rules())
                .flatMap(Optional::stream)
                .collect(Collectors.joining("\n\n"));
    }

    private Optional<String> cpu() {
        return all(micros(Contender.GAPLESS), micros(Contender.JDK_DISCARDING), micros(Contender.RAW_SOCKET))
                .map(micros -> cpu(micros[0], micros[1], micros[2]));
    }

    private static String cpu(double gapless, double jdk, double raw) {
        String head = Text.of(
                "**CPU.** A post of 1.6 KB costs %s µs, so a core carries %s posts/s. X's average of 6,000 posts/s takes"
                        + " %s %% of a core, its peak of 143,000 takes %s cores, ten times the peak would take %s. Of the"
                        + " cost of a post, the JDK client takes %s %% and the library the rest. ",
                Text.number(gapless),
                Text.number(1e6 / gapless),
                Text.number(AVERAGE * gapless / 1e4),
                Text.number(PEAK * gapless / 1e6),
                Text.number(10 * PEAK * gapless / 1e6),
                Text.number(100 * jdk / gapless));
        String first = jdk > gapless / 2
                ? "So the client limits first: another socket would have to replace it. "
                : "So the library's own part limits first, before the client does. ";
        String end = gapless / raw < 10
                ? "Even a reader that only counts newlines gains no more than %s times. More would need more than one"
                        + " thread for a connection, and would lose the order in which posts are handed over."
                : "A reader that only counts newlines gains %s times: so much is possible on one thread.";
        return head + first + Text.of(end, Text.number(gapless / raw));
    }

    private Optional<String> state() {
        return all(micros(Contender.GAPLESS), micros(Contender.GAPLESS_STATE), ledger(LedgerRun.FULL_COMMIT))
                .map(found -> Text.of(
                        "**Durable state.** It adds %s µs to a post. A commit of 2,000 posts, the most at once, takes %s ms with"
                                + " its wait for the disk, so that at most %s posts/s can be acknowledged. Below that rate,"
                                + " more posts make commits larger, not more frequent.",
                        Text.number(found[1] - found[0]),
                        Text.number(found[2] / 1e3),
                        Text.number(LedgerRun.IDS_MAX * 1e6 / found[2])));
    }

    private Optional<String> ids() {
        String most = "10,000,000 ids held";
        return all(
                        number("dedupe", DedupeRun.BYTES, most),
                        number("dedupe", DedupeRun.NEW_IN_ORDER, most),
                        number("dedupe", DedupeRun.KNOWN_AT_RANDOM, most))
                .map(found -> Text.of(
                        "**Ids.** An hour at X's average holds %s MB of ids, at ten times as much %s MB: memory is the"
                                + " limit. Time is not: an id takes %s ns in the order of time and %s ns at random.",
                        Text.number(AVERAGE * HOUR_SECONDS * found[0] / 1e6),
                        Text.number(10 * AVERAGE * HOUR_SECONDS * found[0] / 1e6),
                        Text.number(1e3 / found[1]),
                        Text.number(1e3 / found[2])));
    }

    private Optional<String> ledger() {
        return all(ledger(LedgerRun.OPEN), ledger(LedgerRun.DISK), ledger(LedgerRun.OLD))
                .map(found -> Text.of(
                        "**Ledger.** With 100,000 gaps, the most that is kept, the file has %s MB; to open it takes %s ms,"
                                + " to look for old gaps once an hour %s ms. Ten times as many would take ten times that.",
                        Text.number(found[1]), Text.number(found[0]), Text.number(found[2])));
    }

    private Optional<String> rules() {
        String millis = RuleScale.SEARCH + ", ms";
        return all(
                        number("rules", "1,000", millis),
                        number("rules", "25,000", millis),
                        number("rules", "25,000", RuleScale.SYNC + ", ms"))
                .map(found -> {
                    double dearer = found[1] / 25 / found[0];
                    return Text.of(
                                    "**Rules.** For 25,000, the most that X allows, the plan of a sync takes %s ms, the queries for"
                                            + " search take %s ms: %s times as much per rule as for 1,000. ",
                                    Text.number(found[2]), Text.number(found[1]), Text.number(dearer))
                            + (dearer > 2
                                    ? "They are what grows faster than the number of rules."
                                    : "Neither limits anything: X's answers take longer.");
                });
    }

    private double micros(Contender contender) {
        return number("throughput", contender.title(), Meter.CPU);
    }

    private double ledger(String number) {
        return number("ledger", "100,000", number);
    }

    /** Returns the median of a number in the first table of a study; NaN if the number was not measured. */
    private double number(String study, String row, String column) {
        return Chapter.find(chapters, study, row, column).map(Spread::median).orElse(Double.NaN);
    }

    /** Returns all numbers; empty if one of them is NaN, which means that it was not measured. */
    private static Optional<double[]> all(double... numbers) {
        return DoubleStream.of(numbers).anyMatch(Double::isNaN) ? Optional.empty() : Optional.of(numbers);
    }
}
