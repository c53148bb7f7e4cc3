package io.gapless.drill;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.PostShape;
import io.gapless.emulator.XEmulator;
import io.gapless.receiver.Report;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how many posts a second one task carries, with the library inside. */
@Command(
        name = "throughput",
        mixinStandardHelpOptions = true,
        description = "Sends more posts than one task has to carry, and counts those that a reader of the topic has.")
final class Throughput implements Callable<Integer> {
    /** With its other fields, a post has 1.7 KB. */
    private static final int TEXT_MIN = 1_150;

    private static final int TEXT_MAX = 1_250;
    private static final long WARM_UP_SECONDS = 10;
    private static final double NEEDED = 5_000;

    @Option(
            names = "--rate",
            paramLabel = "POSTS",
            defaultValue = "8000",
            description = "Posts per second that X sends (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "30",
            description = "How long to measure (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Override
    public Integer call() throws Exception {
        try (XEmulator x = XEmulator.builder()
                        .access(AccessLevel.ENTERPRISE)
                        .shapes(PostShape.PLAIN)
                        .postLength(TEXT_MIN, TEXT_MAX)
                        .topics("cat")
                        .rule("cats", "cat")
                        .rate(rate)
                        .withoutRateLimits()
                        .start();
                Cluster cluster = new Cluster(x, 1, Map.of(), Map.of(), System.out::println)) {
            cluster.startWorkers();
            Map<String, String> settings = cluster.settings();
            settings.put("inbox.max.bytes", Integer.toString(64 << 20));
            cluster.create(Cluster.CONNECTOR, settings);
            cluster.await("posts arrive", () -> cluster.posts().records() > 0);
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
            long records = cluster.posts().records();
            long bytes = cluster.posts().valueBytes();
            long startNanos = System.nanoTime();
            TimeUnit.SECONDS.sleep(seconds);
            double length = (System.nanoTime() - startNanos) / 1e9;
            double posts = cluster.posts().records() - records;
            Report report = new Report(
                            "Kafka Connect: one task",
                            "emulator, broker, worker and reader on one machine; X sends " + rate + " posts/s",
                            "at least 5,000 posts/s; twice = 0")
                    .say("posts/s", posts / length)
                    .say("bytes per post", (cluster.posts().valueBytes() - bytes) / Math.max(1, posts))
                    .say("twice", cluster.posts().repeats())
                    .must(cluster.posts().repeats() == 0, "posts are twice in the topic")
                    .must(posts / length >= NEEDED, "one task carried fewer than 5,000 posts a second");
            System.out.println(report.text());
            return report.holds() ? 0 : 1;
        }
    }
}
