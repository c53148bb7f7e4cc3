package io.gapless.crash;

import io.gapless.proof.kit.Proof;
import io.gapless.proof.kit.Text;
import io.gapless.proof.kit.Together;
import io.gapless.receiver.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
    public Report run() throws Exception {
        if (!Files.exists(jar)) {
            throw new IllegalStateException("There is no " + jar + ". Build it with 'mvn package -DskipTests', name it"
                    + " with --jar, or leave it out with --hardships 0.");
        }
        long fromNanos = System.nanoTime();
        List<Callable<Trial.Result>> trials = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            long roundSeed = seed + round;
            for (Hardship hardship : Hardship.values()) trials.add(() -> tried(hardship, roundSeed));
        }
        return proven(Together.run(atATime, trials), (System.nanoTime() - fromNanos) / 1e9);
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

    private Report proven(List<Trial.Result> results, double seconds) {
        Report report = new Report(
                "the packaged program survives",
                Text.of(
                        "gapless.jar consumes from gapless.jar emulator, two processes and a TCP proxy between them;"
                                + " %d at a time; seeds %d to %d",
                        atATime, seed, seed + rounds - 1),
                "lost = 0; nothing twice but posts that were not committed before a kill; status 0 at the end; no token"
                        + " in its output");
        for (Hardship hardship : Hardship.values()) {
            report.say(
                    "times " + hardship,
                    results.stream()
                            .filter(result -> result.hardship() == hardship && result.tried())
                            .count());
        }
        for (Trial.Result result : results) {
            result.misses().forEach(miss -> report.must(false, result.hardship() + ": " + miss));
        }
        return report.say(
                        "posts", results.stream().mapToLong(Trial.Result::posts).sum())
                .say(
                        "again, not committed before a kill",
                        results.stream().mapToLong(Trial.Result::again).sum())
                .say("s", seconds);
    }
}
