package io.gapless.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts the program from the command line. */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        description = "Measures what the library costs, beside other clients. Ends with 1 if a bound is missed.")
public final class Benchmarks implements Callable<Integer> {
    @Parameters(
            paramLabel = "STUDY",
            arity = "0..*",
            description =
                    "What to measure; all by default: throughput, reading, latency, start-up, soak, bad-posts, ledger, dedupe, rules, jmh,"
                            + " volume.")
    private List<String> names = List.of();

    @Option(names = "--quick", description = "Measure little volume, in a few minutes. The numbers are rough.")
    private boolean quick;

    @Option(
            names = "--write",
            paramLabel = "DIRECTORY",
            description = "Also write performance.md, its charts and performance.json to this directory.")
    private @Nullable Path directory;

    private Benchmarks() {}

    public static void main(String[] arguments) {
        LogManager.getLogManager().reset();
        System.exit(new CommandLine(new Benchmarks()).execute(arguments));
    }

    static List<Study> studies() {
        return List.of(
                new Throughput(),
                new Reading(),
                new Latency(),
                new StartUp(),
                new Soak(),
                new BadPosts(),
                new LedgerScale(),
                new Dedupe(),
                new RuleScale(),
                new Stations(),
                new Volume());
    }

    @Override
    public Integer call() throws Exception {
        List<Chapter> chapters = new ArrayList<>();
        for (String name : names) {
            if (studies().stream().anyMatch(study -> study.name().equals(name))) continue;
            System.err.println("There is no study " + name + ". --help names them.");
            return CommandLine.ExitCode.USAGE;
        }
        for (Study study : studies()) {
            if (!names.isEmpty() && !names.contains(study.name())) continue;
            Chapter chapter = study.run(quick ? Effort.QUICK : Effort.FULL);
            System.out.println(Page.chapter(chapter));
            chapters.add(chapter);
        }
        System.out.println(Page.verdict(chapters));
        if (directory != null) new Page(directory).write(chapters);
        return chapters.stream().flatMap(chapter -> chapter.bounds().stream()).allMatch(Bound::holds) ? 0 : 1;
    }
}
