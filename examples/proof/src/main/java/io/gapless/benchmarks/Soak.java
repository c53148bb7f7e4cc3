package io.gapless.benchmarks;

import io.gapless.hosts.ChildProcess;
import io.gapless.proof.kit.Text;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Measures whether the memory and CPU that a stream needs change during a day. */
final class Soak implements Study {
    private static final long RATE = 100;
    private static final int HOURS = 24;
    /** The first hour with stable memory. After two hours, the stream remembers as many ids as it ever will. */
    private static final int SETTLED_HOUR = 3;
    /**
     * The number of hours whose CPU is compared as one. The CPU of a single hour varies, since the garbage collector
     * does not run regularly.
     */
    private static final int HOURS_TOGETHER = 6;

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        long rate = effort.of(RATE);
        Map<String, Double> told =
                ChildProcess.of(SoakRun.class, rate).with("-Xmx256m").numbers();
        Table table = Table.begin(Text.of("A day at %d posts/s of 0.5 KB, in virtual time", rate), "after");
        Chart memory = Chart.begin("soak", "Memory held over a day", "hours", "MiB of heap");
        Chart cost = Chart.begin("soak-cpu", "CPU per post over a day", "hours", "CPU-µs per post");
        for (int hour = 1; hour <= HOURS; hour++) {
            double held = told.getOrDefault(hour + " held", Double.NaN);
            double cpu = told.getOrDefault(hour + " cpu", Double.NaN);
            memory.put("held", hour, held);
            cost.put("CPU", hour, cpu);
            if (hour % 6 != 0 && hour != 1 && hour != SETTLED_HOUR) continue;
            table.put(hour + " h", "MiB of heap held", Spread.of(held));
            table.put(hour + " h", "CPU-µs per post in this hour", Spread.of(cpu));
        }
        return new Chapter(
                "soak",
                "Does a day change anything?",
                "A stream in virtual time with a transport in memory, in its own process. Heap held is what is"
                        + " reachable after a full collection.",
                List.of(table),
                List.of(memory, cost),
                List.of(
                        Bound.flat(
                                "times the heap of hour 3 is held after 24 h",
                                told.getOrDefault(HOURS + " held", Double.NaN)
                                        / told.getOrDefault(SETTLED_HOUR + " held", Double.NaN)),
                        Bound.flat(
                                "times the CPU per post of hours 3 to 8 in hours 19 to 24",
                                cpu(told, HOURS - HOURS_TOGETHER + 1) / cpu(told, SETTLED_HOUR))));
    }

    /** Returns the median of the CPU per post over six hours. */
    private static double cpu(Map<String, Double> told, int firstHour) {
        return Spread.of(IntStream.range(firstHour, firstHour + HOURS_TOGETHER)
                        .mapToObj(hour -> told.getOrDefault(hour + " cpu", Double.NaN))
                        .toList())
                .median();
    }
}
