package io.gapless.recovery.scorecard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tries all mutants, or those whose name holds {@code -Dmutants=WORD}, and prints which day of the simulation notices
 * each. All of them make {@code docs/scorecard.md}. A mutant that this page already has is tried on its day first, and
 * from seed 0 on only if this day no longer notices it; with {@code -Dafresh}, all are tried from seed 0 on. Run by
 * {@code -Pscorecard}.
 */
class MutationScorecard {
    private static final int SEEDS_MAX = 1_000;
    /** The sender's mutants alone, and their page, with {@code -Dscorecard=sender}. */
    private static final boolean OF_SENDER = System.getProperty("scorecard", "").equals("sender");

    private static final Path PAGE = Path.of(OF_SENDER ? "docs/scorecard-sender.md" : "docs/scorecard.md");
    /** A mutant and its day, which {@link #row} writes; lives on real threads are not alike twice, and have no day. */
    private static final Pattern NOTICED =
            Pattern.compile("\\| (?<name>.+) \\| (?<found>found day )?(?<days>\\d+)(?: of two hosts)? \\| \\[.*");

    @TempDir
    private Path work;

    @Test
    void eachMistakeIsNoticedAndTheLibraryAsItIsIsNot() throws IOException, InterruptedException, ExecutionException {
        String word = System.getProperty("mutants", "");
        List<Mutant> chosen = new ArrayList<>(OF_SENDER ? SenderMutants.ALL : Mutants.ALL);
        chosen.removeIf(mutant -> !mutant.name().contains(word));
        Trial trial = new Trial(repository(), work, SEEDS_MAX);
        List<Callable<Trial.Result>> tasks = new ArrayList<>();
        Map<String, Integer> knownSeeds = System.getProperty("afresh") == null ? knownSeeds() : Map.of();
        for (Mutant mutant : chosen) {
            tasks.add(() -> printed(trial.run(mutant, knownSeeds.getOrDefault(mutant.name(), 0))));
        }
        List<Future<Optional<String>>> asItIs = new ArrayList<>();
        List<Trial.Result> results = new ArrayList<>();
        ExecutorService workers =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            EnumSet<Mutant.Judge> judges = OF_SENDER
                    ? EnumSet.of(Mutant.Judge.SENDER_DAYS)
                    : EnumSet.of(Mutant.Judge.SIMULATION, Mutant.Judge.HOSTS, Mutant.Judge.LIVES);
            for (Future<Trial.Result> result : workers.invokeAll(tasks)) results.add(result.get());
            for (Mutant.Judge judge : judges) asItIs.add(workers.submit(() -> trial.asItIs(judge)));
        } finally {
            workers.shutdown();
        }
        if (word.isEmpty())
            Files.writeString(repository().resolve(PAGE), OF_SENDER ? senderPage(results) : page(results));
        for (Future<Optional<String>> said : asItIs)
            assertThat(said.get()).as("the library as it is").isEmpty();
        assertThat(results)
                .filteredOn(result -> result.caughtBy().isEmpty())
                .extracting(Trial.Result::mutant)
                .as("not noticed within %d seeds", SEEDS_MAX)
                .isEmpty();
    }

    private static Map<String, Integer> knownSeeds() throws IOException {
        Map<String, Integer> seeds = new HashMap<>();
        for (String line : Files.readAllLines(repository().resolve(PAGE))) {
            Matcher row = NOTICED.matcher(line);
            if (!row.matches()) continue;
            int days = Integer.parseInt(row.group("days"));
            seeds.put(row.group("name"), row.group("found") == null ? days - 1 : days);
        }
        return seeds;
    }

    private static Trial.Result printed(Trial.Result result) {
        System.out.println(row(result));
        return result;
    }

    static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/runbook.md"))) folder = folder.getParent();
        return folder;
    }

    private static String page(List<Trial.Result> results) {
        return """
                # What the simulation notices

                For reviewers. How good is the [simulation](simulation-diary.md)? The library is broken on purpose, one mistake at a
                time. Then simulated days of 30 hours are played, from seed 0 on, until a check fails. `Mutants.java` has the mistakes.
                Those that only several threads can make are judged by [lives on real threads](proof.md#lives-on-real-threads).
                This page is written by

                ```
                mvn verify -Pscorecard
                ```

                A mistake that the page already has is tried on its day first, and from seed 0 on only if this day no longer notices it;
                with `-Dafresh`, all are tried from seed 0 on. (`-Dmutants=backfill` tries only those with that word in their name, and
                writes nothing.) %d of %d are noticed. The unchanged library passes %d seeds. A mistake that only a rare day shows is tried
                on the days on which the simulation had once found a fault in the library (`FoundDays`), and has that day's seed instead
                of a count.

                | mistake | days until noticed | check that failed |
                |---|---:|---|
                %s
                """.formatted(
                        noticed(results),
                        results.size(),
                        SEEDS_MAX,
                        results.stream().map(MutationScorecard::row).collect(Collectors.joining("\n")));
    }

    private static long noticed(List<Trial.Result> results) {
        return results.stream().filter(one -> one.caughtBy().isPresent()).count();
    }

    private static String senderPage(List<Trial.Result> results) {
        return """
                # What the simulated sender notices

                For reviewers. The [simulated sender](proof.md#the-simulated-sender) is tested like the
                [simulation of the stream](scorecard.md): the library is broken on purpose, one mistake at a time, and days of sending are
                played, from seed 0 on, until a check fails. `SenderMutants.java` has the mistakes. This page is written by

                ```
                mvn verify -Pscorecard -Dscorecard=sender
                ```

                (`-Dmutants=WORD` tries only those with that word in their name, and writes nothing.) %d of %d are noticed. The unchanged
                library passes the same %d seeds.

                | mistake | days until noticed | check that failed |
                |---|---:|---|
                %s
                """.formatted(
                        noticed(results),
                        results.size(),
                        SEEDS_MAX,
                        results.stream().map(MutationScorecard::row).collect(Collectors.joining("\n")));
    }

    private static String row(Trial.Result result) {
        return "| %s | %s | %s |"
                .formatted(
                        result.mutant().name(),
                        (result.caughtBy().isPresent() ? "" : "not within ")
                                + (result.seeds() > SEEDS_MAX || result.mutant().judge() == Mutant.Judge.FOUND_DAYS
                                        ? "found day " + (result.seeds() - 1)
                                        : result.seeds())
                                + switch (result.mutant().judge()) {
                                    case LIVES -> " lives";
                                    case HOSTS -> " of two hosts";
                                    case SIMULATION, FOUND_DAYS, SENDER_DAYS -> "";
                                },
                        result.caughtBy().orElse("**nothing**"));
    }
}
