package io.gapless.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Whether a day changes anything. */
final class Soak implements Study {
    private static final long RATE = 100;
    private static final double FLAT = 1.2;
    private static final int HOURS = 24;
    /** The memory of ids is full after two. */
    private static final int SETTLED_HOUR = 3;

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        long rate = effort.of(RATE);
        Map<String, Double> told = ChildJvm.run(SoakRun.class, List.of("-Xmx256m"), rate);
        Table table = Table.begin(Text.of("A day at %d posts/s of 0.5 KB, in virtual time", rate), "after");
        Chart chart = Chart.begin("soak", "Memory held over a day", "hours", "MiB of heap");
        for (int hour = 1; hour <= HOURS; hour++) {
            double held = told.getOrDefault(hour + " held", Double.NaN);
            chart.put("held", hour, held);
            if (hour % 6 != 0 && hour != 1 && hour != SETTLED_HOUR) continue;
            table.put(hour + " h", "MiB of heap held", Spread.of(held));
            table.put(
                    hour + " h",
                    "CPU-µs per post in this hour",
                    Spread.of(told.getOrDefault(hour + " cpu", Double.NaN)));
        }
        return new Chapter(
                name(),
                "Does a day change anything?",
                "A stream on virtual time and a transport in memory, in a process of its own; what is held is what is"
                        + " reachable after a full collection.",
                List.of(table),
                List.of(chart),
                List.of(
                        Bound.atMost("times the heap of hour 3 is held after 24 h", ratio(told, " held"), FLAT),
                        Bound.atMost("times the CPU per post of hour 3 in hour 24", ratio(told, " cpu"), FLAT)));
    }

    private static double ratio(Map<String, Double> told, String what) {
        return told.getOrDefault(HOURS + what, Double.NaN) / told.getOrDefault(SETTLED_HOUR + what, Double.NaN);
    }
}
