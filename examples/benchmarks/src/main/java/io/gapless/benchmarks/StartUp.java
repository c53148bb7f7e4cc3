package io.gapless.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What it takes until the first post. */
final class StartUp implements Study {
    @Override
    public String name() {
        return "start-up";
    }

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Map<String, List<Double>> all = new TreeMap<>();
        try (Server server = new Server(1_600, 1_000, false)) {
            for (int round = 0; round < effort.rounds(); round++) {
                server.run(StartRun.class).forEach((name, value) -> all.computeIfAbsent(name, n -> new ArrayList<>())
                        .add(value));
            }
        }
        Table table = Table.begin("Start-up", "");
        all.forEach((name, values) -> table.put("without durable state", name, Spread.of(values)));
        return new Chapter(
                name(),
                "What does it take to the first post?",
                "A fresh process against a server on loopback that sends 1,000 posts/s.",
                List.of(table),
                List.of(),
                List.of());
    }
}
