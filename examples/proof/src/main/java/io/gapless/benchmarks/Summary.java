package io.gapless.benchmarks;

import io.gapless.proof.kit.Text;
import io.gapless.recovery.LedgerRun;
import java.util.List;
import java.util.Optional;

/**
 * Writes the first part of the page: what a post costs with Gapless, and what it costs with other clients. Pure
 * functions.
 */
final class Summary {
    private static final String NOTHING = "–";

    private final List<Chapter> chapters;

    private Summary(List<Chapter> chapters) {
        this.chapters = chapters;
    }

    /** Returns the first tables of the page. Numbers that were not measured are left out. */
    static String of(List<Chapter> chapters) {
        Summary run = new Summary(chapters);
        return "## In short\n\n| a program with Gapless | takes |\n|---|---:|\n" + run.costs()
                + "\nPosts have 1.6 KB. Each cost of CPU includes the HTTP client, framing, parsing and the handing over."
                + "\n\n## Like compared to like\n\nCPU-µs per post of 1.6 KB, by what the program does with a post:\n\n"
                + run.peers();
    }

    private String costs() {
        StringBuilder rows = new StringBuilder();
        row(rows, "CPU per post whose text is read (`post.text()`), µs", micros(Contender.GAPLESS_TEXT));
        row(rows, "CPU per post whose JSON is read (`post.json()`), µs", micros(Contender.GAPLESS_JSON));
        row(rows, "CPU per post of which only the id is read, µs", micros(Contender.GAPLESS));
        row(rows, "the same with a state directory, µs", micros(Contender.GAPLESS_STATE));
        row(rows, "posts per second whose text is read, at most", rate(Contender.GAPLESS_TEXT));
        row(rows, "posts per second of which only the id is read, at most", rate(Contender.GAPLESS));
        row(rows, "delay from X's write to the handler at 1,000 posts/s, p50, µs", latency(0.5));
        row(rows, "the same, p99, µs", latency(0.99));
        row(rows, "heap held after a day at 100 posts/s, MiB", number("soak", "24 h", "MiB of heap held"));
        row(rows, "opening the state directory at a restart, with 100 gaps, ms", open("100"));
        row(rows, "the same with 100,000 gaps, the most that is kept, ms", open("100,000"));
        row(rows, "from the start of the JVM to the first post, ms", start("without durable state"));
        row(rows, "the same with a new state directory, ms", start("with durable state, in a new directory"));
        return rows.toString();
    }

    private static void row(StringBuilder rows, String what, Optional<Spread> value) {
        value.ifPresent(found -> rows.append(Text.of("| %s | %s |%n", what, Text.number(found.median()))));
    }

    private String peers() {
        String head = "| the program | Gapless | JDK client and Jackson by hand | hbc-core | twitter-api-java-sdk |\n"
                + "|---|---:|---:|---:|---:|\n";
        String lines = Text.of(
                "| reads the id (Gapless), or takes the line as a string (hbc) | %s | %s | %s | %s |%n",
                cell(Contender.GAPLESS), NOTHING, cell(Contender.HBC), NOTHING);
        String texts = Text.of(
                "| reads the text | %s | %s | %s | %s |%n",
                cell(Contender.GAPLESS_TEXT), cell(Contender.OF_LINES), NOTHING, cell(Contender.SDK));
        String state = Text.of(
                "| reads the id, and stores what it has received | %s | %s | %s | %s |%n",
                cell(Contender.GAPLESS_STATE), NOTHING, NOTHING, NOTHING);
        return head + lines + texts + state
                + "\n– means that the client does not do that. \"By hand\" reads the whole post with `readTree`; it neither"
                + " notices a stall nor reconnects, and has no queue between reading and handling.\n";
    }

    private String cell(Contender contender) {
        return micros(contender).map(found -> Text.number(found.median())).orElse(NOTHING);
    }

    private Optional<Spread> micros(Contender contender) {
        return number("throughput", contender.title(), Meter.CPU);
    }

    private Optional<Spread> rate(Contender contender) {
        return number("throughput", contender.title(), Meter.RATE);
    }

    private Optional<Spread> latency(double share) {
        return number("latency", Latency.ALONE, LatencyRun.percentile(share));
    }

    private Optional<Spread> open(String gaps) {
        return number("ledger", gaps, LedgerRun.OPEN);
    }

    private Optional<Spread> start(String how) {
        return number("start-up", how, StartRun.FIRST_POST);
    }

    private Optional<Spread> number(String study, String row, String column) {
        return Chapter.find(chapters, study, row, column);
    }
}
