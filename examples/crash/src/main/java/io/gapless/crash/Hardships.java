package io.gapless.crash;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Proves that the packaged program survives every {@link Hardship}, again and again. Several trials run at a time,
 * since a trial mostly waits.
 */
final class Hardships implements Proof {
    private final Path jar;
    private final int rounds;
    private final int atATime;
    private final long seed;
    private final Consumer<String> account;

    Hardships(Path jar, int rounds, int atATime, long seed, Consumer<String> account) {
        this.jar = jar;
        this.rounds = rounds;
        this.atATime = atATime;
        this.seed = seed;
        this.account = account;
    }

    @Override
    public ProofResult run() throws Exception {
        if (!Files.exists(jar)) {
            throw new IllegalStateException("There is no " + jar + ". Build it with 'mvn package -DskipTests', name it"
                    + " with --jar, or leave it out with --hardships 0.");
        }
        long fromNanos = System.nanoTime();
        List<Trial.Result> results = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(atATime);
        try {
            List<Future<Trial.Result>> trials = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                long roundSeed = seed + round;
                for (Hardship hardship : Hardship.values()) {
                    trials.add(threads.submit(() -> tried(hardship, roundSeed)));
                }
            }
            for (Future<Trial.Result> trial : trials) results.add(trial.get());
        } finally {
            threads.shutdownNow();
        }
        return proven(results, (System.nanoTime() - fromNanos) / 1e9);
    }

    private Trial.Result tried(Hardship hardship, long trialSeed) throws Exception {
        try (Trial trial = new Trial(jar, hardship, trialSeed, Trial.Extent.LONG)) {
            Trial.Result result = trial.run();
            String verdict = result.misses().isEmpty() ? "survived" : "NOT survived: " + result.misses();
            account.accept(Text.of(
                    "%s, seed %d: %d posts, %s",
                    hardship,
                    trialSeed,
                    result.posts(),
                    result.tried() ? verdict : "not tried: no disk can be mounted"));
            return result;
        }
    }

    private ProofResult proven(List<Trial.Result> results, double seconds) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (Hardship hardship : Hardship.values()) {
            numbers.put("times " + hardship, (double) results.stream()
                    .filter(result -> result.hardship() == hardship && result.tried())
                    .count());
        }
        numbers.put("posts", (double)
                results.stream().mapToLong(Trial.Result::posts).sum());
        numbers.put("again, not committed before a kill", (double)
                results.stream().mapToLong(Trial.Result::again).sum());
        numbers.put("s", seconds);
        List<String> misses = new ArrayList<>();
        for (Trial.Result result : results) {
            result.misses().forEach(miss -> misses.add(result.hardship() + ": " + miss));
        }
        return new ProofResult(
                "the packaged program survives",
                Text.of(
                        "gapless.jar consumes from gapless.jar emulator, two processes and a TCP proxy between them;"
                                + " %d at a time; seeds %d to %d",
                        atATime, seed, seed + rounds - 1),
                "lost = 0; nothing twice but posts that were not committed before a kill; status 0 at the end; no token"
                        + " in its output",
                numbers,
                misses);
    }
}
