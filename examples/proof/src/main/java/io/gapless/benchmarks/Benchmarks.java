package io.gapless.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the command {@code benchmarks}. */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        description = "Measures what the library costs, beside other clients. Ends with 1 if a bound is missed.")
public final class Benchmarks implements Callable<Integer> {
    @Parameters(
            paramLabel = "STUDY",
            arity = "0..*",
            description =
                    "What to measure; all by default: throughput, reading, latency, shared-state, start-up, soak, bad-posts, ledger, dedupe, rules, page,"
                            + " jmh, volume.")
    private List<String> names = List.of();

    @Option(names = "--quick", description = "Measure little volume, in a few minutes. The numbers are rough.")
    private boolean quick;

    @Option(
            names = "--write",
            paramLabel = "DIRECTORY",
            description = "Also write performance.md, its charts and performance.json to this directory.")
    private @Nullable Path directory;

    /** Returns the studies in their order, by the names of their chapters. */
    private static Map<String, Study> studies() {
        Map<String, Study> studies = new LinkedHashMap<>();
        studies.put("throughput", new Throughput());
        studies.put("reading", new Reading());
        studies.put("latency", new Latency());
        studies.put("shared-state", new SharedStateCost());
        studies.put("start-up", new StartUp());
        studies.put("soak", new Soak());
        studies.put("bad-posts", new BadPosts());
        studies.put("ledger", new LedgerScale());
        studies.put("dedupe", new Dedupe());
        studies.put("rules", new RuleScale());
        studies.put("page", new PageCost());
        studies.put("jmh", new Stations());
        studies.put("volume", new Volume());
        return studies;
    }

    @Override
    public Integer call() throws Exception {
        List<Chapter> chapters = new ArrayList<>();
        for (String name : names) {
            if (studies().containsKey(name)) continue;
            System.err.println("There is no study " + name + ". --help names them.");
            return CommandLine.ExitCode.USAGE;
        }
        for (Map.Entry<String, Study> study : studies().entrySet()) {
            if (!names.isEmpty() && !names.contains(study.getKey())) continue;
            Chapter chapter = study.getValue().run(quick ? Effort.QUICK : Effort.FULL);
            System.out.println(Page.chapter(chapter));
            chapters.add(chapter);
        }
        System.out.println(Page.verdict(chapters));
        if (directory != null) new Page(directory).write(studies().keySet(), chapters);
        return chapters.stream().flatMap(chapter -> chapter.bounds().stream()).allMatch(Bound::holds) ? 0 : 1;
    }
}
