package io.gapless.benchmarks;

import java.io.IOException;
import java.util.List;

/** Measures the stages of a post's path, one by one, with JMH. */
final class Stations implements Study {
    private static final String ALLOCATED = "bytes allocated";

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Table table = Table.begin("Stages", "benchmark");
        double keepAlive = Double.NaN;
        for (Jmh.Result result : Jmh.run(effort, "HotPath", "Planning.planner")) {
            table.put(result.method(), "ns", result.nanos());
            table.put(result.method(), ALLOCATED, Spread.of(Math.rint(result.allocatedBytes())));
            if (result.method().equals("keepAlive")) keepAlive = result.allocatedBytes();
        }
        return new Chapter(
                "jmh",
                "What does each stage cost?",
                Jmh.METHOD
                        + "per post of 1.6 KB, per id, per keep-alive, or per plan. `framing` cuts lines, `scanning` finds the"
                        + " id of a post, `parsing` makes a post of a line, `parsingByJackson` does so where the scanner gives"
                        + " way, `dedupe` checks whether an id is remembered, `inbox` moves a post from thread to thread,"
                        + " `keepAlive` is the whole path of a single keep-alive from the transport to the connection's last"
                        + " signal, and `planner` plans the recovery of two days.",
                List.of(table),
                List.of(),
                List.of(Bound.atMost("bytes allocated per keep-alive", keepAlive, 0.5)));
    }
}
