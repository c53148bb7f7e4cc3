package io.gapless.recovery.scorecard;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/** Runs the simulation, lives on real threads, or days of sending, against one mutant, in a JVM of its own, since a mutant may do anything, such as never end. */
final class Trial {
    private static final Pattern CAUGHT = Pattern.compile("FAILED seed (\\d+): (.*)");
    /** Each takes real time. */
    private static final int LIVES_MAX = 400;

    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private final Path repository;
    private final Path work;
    private final int seedsMax;

    /**
     * A trial ground.
     *
     * @param repository whose sources are made wrong; they are not changed
     * @param work a folder for what is compiled
     * @param seedsMax how many seeds may be tried on a mutant
     */
    Trial(Path repository, Path work, int seedsMax) {
        this.repository = repository;
        this.work = work;
        this.seedsMax = seedsMax;
    }

    /**
     * How it went.
     *
     * @param mutant what was wrong
     * @param seeds how many were tried, the one that noticed it among them
     * @param caughtBy what was noticed; empty if nothing was
     */
    record Result(Mutant mutant, int seeds, Optional<String> caughtBy) {}

    /** What a judge has to say against the library as it is: nothing. */
    Optional<String> asItIs(Mutant.Judge judge) throws IOException, InterruptedException {
        return play(CLASS_PATH, judge, 0, seedsMax(judge));
    }

    /**
     * Plays days until one notices a mutant.
     *
     * @param knownSeed a seed that has noticed it before, which is played first; the others follow, from 0 on
     */
    Result run(Mutant mutant, int knownSeed) throws IOException, InterruptedException {
        String classes;
        try {
            classes = compile(mutant).toString();
        } catch (IOException e) {
            // The other mutants must not wait for this one to be mended.
            System.out.println(e.getMessage());
            return new Result(mutant, 0, Optional.empty());
        }
        String classPath = classes + File.pathSeparator + CLASS_PATH;
        Optional<String> said = knownSeed == 0 ? Optional.empty() : play(classPath, mutant.judge(), knownSeed, 1);
        // A found day notices it, too, but a count from seed 0 on says more.
        said = said.filter(line -> line.startsWith("FAILED seed " + knownSeed + ":"));
        if (said.isEmpty()) said = play(classPath, mutant.judge(), 0, seedsMax(mutant.judge()));
        Matcher caught = CAUGHT.matcher(said.orElse(""));
        return caught.matches()
                ? new Result(mutant, Integer.parseInt(caught.group(1)) + 1, Optional.of(caught.group(2)))
                : new Result(mutant, seedsMax(mutant.judge()), said);
    }

    private int seedsMax(Mutant.Judge judge) {
        return switch (judge) {
            case LIVES -> Math.min(LIVES_MAX, seedsMax);
            case FOUND_DAYS -> 0;
            case SIMULATION, HOSTS, SENDER_DAYS -> seedsMax;
        };
    }

    private Optional<String> play(String classPath, Mutant.Judge judge, int firstSeed, int seeds)
            throws IOException, InterruptedException {
        Path said = Files.createTempFile(work, "said", ".txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classPath,
                        program(judge),
                        Integer.toString(firstSeed),
                        Integer.toString(seeds))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        int status = process.waitFor();
        List<String> lines = Files.readAllLines(said);
        if (status != 0) throw new IOException(String.join("\n", lines));
        return lines.stream().filter(CAUGHT.asMatchPredicate()).findFirst();
    }

    private static String program(Mutant.Judge judge) {
        return switch (judge) {
            case SIMULATION, FOUND_DAYS -> "io.gapless.recovery.UntilFailure";
            case HOSTS -> "io.gapless.recovery.HostsUntilFailure";
            case LIVES -> "io.gapless.recovery.LivesUntilFailure";
            case SENDER_DAYS -> "io.gapless.recovery.outbox.SenderUntilFailure";
        };
    }

    /** Compiles a mutant. Throws if it does not compile; the message has the compiler's errors. */
    Path compile(Mutant mutant) throws IOException {
        Path source =
                Files.createTempDirectory(work, "source").resolve(mutant.file().getFileName());
        Path classes = Files.createTempDirectory(work, "classes");
        Files.writeString(source, mutant.source(repository));
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said, true);
        int status = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(out, out, "-nowarn", "-proc:none", "-cp", CLASS_PATH, "-d", classes + "", source + "");
        if (status != 0) throw new IOException(mutant.name() + ": " + said);
        return classes;
    }
}
