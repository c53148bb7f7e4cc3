package io.gapless.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Measures what a shared state in PostgreSQL costs, beside a state directory. */
final class SharedStateCost implements Study {
    private static final int RATE = 5_000;
    private static final long WARM_UP_SECONDS = 20;
    private static final long SECONDS = 20;
    private static final long POSTS_AT_FULL_SPEED = 1_000_000;

    private static final String SQLITE = "state directory (SQLite)";
    private static final String POSTGRESQL = "shared state (PostgreSQL)";

    private int names;

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Rounds[] atRate = {new Rounds(), new Rounds()};
        Rounds[] full = {new Rounds(), new Rounds()};
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("full_page_writes", "on")
                        .start();
                Server paced = new Server(1_700, RATE, 0, false);
                Server fast = Server.atFullSpeed(1_700, false)) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            for (int round = 0; round < effort.rounds(); round++) {
                long warmUp = effort.of(WARM_UP_SECONDS * RATE);
                long until = warmUp + effort.of(SECONDS * RATE);
                atRate[0].add(run(paced, StateRun.DIRECTORY, warmUp, until));
                atRate[1].add(run(paced, url, warmUp, until));
                long posts = effort.of(POSTS_AT_FULL_SPEED);
                full[0].add(run(fast, StateRun.DIRECTORY, posts / 2, posts));
                full[1].add(run(fast, url, posts / 2, posts));
            }
        }
        Table slow = Table.begin("5,000 posts/s of 1.7 KB", "");
        atRate[0].putInto(slow, SQLITE);
        atRate[1].putInto(slow, POSTGRESQL);
        Spread times = atRate[1].ratio(Meter.CPU, atRate[0]);
        slow.put(POSTGRESQL, "times the CPU of SQLite", times);
        Table quick = Table.begin("As fast as the posts come", "");
        full[0].putInto(quick, SQLITE);
        full[1].putInto(quick, POSTGRESQL);
        return new Chapter(
                "shared-state",
                "What does a shared state cost?",
                "A stream whose handler only reads the id, against a server on loopback, once with a state directory and"
                        + " once with a state in PostgreSQL on the same machine, with fsync, synchronous_commit and"
                        + " full_page_writes on. Both take turns; ratios are taken within a round. CPU is that of the"
                        + " stream's process. Dispatch stops while 5,000 handled posts wait for their commit, so the posts"
                        + " a second are acknowledged ones.",
                List.of(slow, quick),
                List.of(),
                List.of(
                        Bound.atLeast("posts/s acknowledged by PostgreSQL", full[1].median(Meter.RATE), RATE),
                        Bound.atMost("times the CPU of SQLite at 5,000 posts/s", times.median(), 1.2)));
    }

    private Map<String, Double> run(Server server, String state, long from, long until)
            throws IOException, InterruptedException {
        return server.run(StateRun.class, state, "measured" + ++names, from, until);
    }
}
