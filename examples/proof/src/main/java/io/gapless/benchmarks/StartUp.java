package io.gapless.benchmarks;

import java.io.IOException;
import java.util.List;

/** Measures the time from the start of a process until its first post, and the memory used until then. */
final class StartUp implements Study {
    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Rounds without = new Rounds();
        Rounds with = new Rounds();
        try (Server server = new Server(1_600, 1_000, 0, false)) {
            for (int round = 0; round < effort.rounds(); round++) {
                without.add(server.run(StartRun.class, false));
                with.add(server.run(StartRun.class, true));
            }
        }
        Table table = Table.begin("Start-up", "");
        without.putInto(table, "without durable state");
        with.putInto(table, "with durable state, in a new directory");
        return new Chapter(
                "start-up",
                "How long does the start take?",
                "A fresh process against a server on loopback that sends 1,000 posts/s.",
                List.of(table),
                List.of(),
                List.of());
    }
}
