package io.gapless.fanout;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.PostShape;
import io.gapless.emulator.XEmulator;
import io.gapless.kafka.Broker;
import io.gapless.receiver.Report;
import io.gapless.receiver.Scratch;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the program from the command line. */
@Command(
        name = "kafka-fanout",
        mixinStandardHelpOptions = true,
        description =
                "Writes the posts of a stream to Kafka, without Kafka Connect. A consumer group counts them, and reports"
                        + " each interval once it is final. A second consumer joins in the middle. Ends with 0 only if each final"
                        + " interval has exactly the posts that X should have delivered.")
public final class Fanout implements Callable<Integer> {
    private static final String POSTS = "posts";
    private static final String LEDGER = "posts.ledger";
    private static final int PARTITIONS = 4;
    private static final int POSTS_PER_CALL = 500;
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    /** The emulator delivers each post at once. With X, it is the overlap of the stream: 60 s. */
    private static final Duration LATENESS = Duration.ofSeconds(2);

    private static final Duration WATERMARK_EVERY = Duration.ofMillis(500);

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "30",
            description = "How long to run (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--rate",
            paramLabel = "POSTS",
            defaultValue = "200",
            description = "Posts per second (default: ${DEFAULT-VALUE}).")
    private int rate;

    /** Runs the program. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Fanout()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Report report = run(Duration.ofSeconds(seconds), rate, System.out::println);
        System.out.println(report.text());
        return report.holds() ? 0 : 1;
    }

    static Report run(Duration length, int rate, Consumer<String> account) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> members = new ArrayList<>();
        Map<IntervalCounter.Interval, Integer> counts = new ConcurrentHashMap<>();
        AtomicInteger reportedTwice = new AtomicInteger();
        try (Scratch scratch = Scratch.make();
                Broker broker = new Broker(scratch.directory("broker"), 0, Map.of());
                XEmulator x = XEmulator.builder()
                        .access(AccessLevel.ENTERPRISE)
                        .shapes(PostShape.PLAIN)
                        .topics("cat")
                        .rule("cats", "cat")
                        .rate(rate)
                        .start()) {
            broker.start();
            createTopics(broker);
            account.accept("Kafka and X are up.");
            try (KafkaSink sink = new KafkaSink(broker.bootstrap(), POSTS);
                    GaplessStream stream = GaplessStream.builder()
                            .baseUrl(x.baseUri())
                            .bearerToken(x.bearerToken())
                            .access(Access.ENTERPRISE)
                            .stateDirectory(scratch.directory("state"))
                            .batchHandler(POSTS_PER_CALL, sink)
                            .build();
                    Watermark watermark = new Watermark(stream, sink, broker.bootstrap(), LEDGER, LATENESS)) {
                stream.start();
                for (int i = 0; i < 2; i++) {
                    members.add(member("member " + (i + 1), broker, stop, counts, reportedTwice, account));
                    long untilNanos = System.nanoTime() + length.toNanos() / 2;
                    while (System.nanoTime() < untilNanos) {
                        watermark.write(Instant.now());
                        TimeUnit.MILLISECONDS.sleep(WATERMARK_EVERY.toMillis());
                    }
                }
            }
            stop.set(true);
            for (Thread member : members) member.join();
            return judged(x, counts, reportedTwice.get());
        } finally {
            stop.set(true);
        }
    }

    private static void createTopics(Broker broker) throws Exception {
        try (Admin admin = broker.admin()) {
            admin.createTopics(List.of(
                            new NewTopic(POSTS, PARTITIONS, (short) 1),
                            new NewTopic(LEDGER, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
        }
    }

    private static Thread member(
            String name,
            Broker broker,
            AtomicBoolean stop,
            Map<IntervalCounter.Interval, Integer> counts,
            AtomicInteger reportedTwice,
            Consumer<String> account) {
        account.accept(name + " joins the group.");
        Thread thread = new Thread(
                new IntervalCounter(
                        broker.bootstrap(),
                        POSTS,
                        LEDGER,
                        INTERVAL,
                        (interval, posts) -> {
                            account.accept(name + ": partition " + interval.partition() + " has " + posts
                                    + " posts from " + interval.start() + " on. Final.");
                            if (counts.put(interval, posts) != null) reportedTwice.incrementAndGet();
                        },
                        stop),
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Compares the intervals that are final in all partitions, but for the first one, which began before the stream. */
    private static Report judged(XEmulator x, Map<IntervalCounter.Interval, Integer> counts, int reportedTwice) {
        Map<Instant, Integer> sums = new TreeMap<>();
        Map<Instant, Integer> partitions = new TreeMap<>();
        counts.forEach((interval, posts) -> {
            sums.merge(interval.start(), posts, Integer::sum);
            partitions.merge(interval.start(), 1, Integer::sum);
        });
        int compared = 0;
        int posts = 0;
        int wrong = 0;
        boolean first = true;
        for (Map.Entry<Instant, Integer> interval : sums.entrySet()) {
            if (partitions.getOrDefault(interval.getKey(), 0) < PARTITIONS) continue;
            boolean isFirst = first;
            first = false;
            if (isFirst) continue;
            int expected = x.shouldHaveDelivered(
                            interval.getKey(), interval.getKey().plus(INTERVAL))
                    .size();
            compared++;
            posts += expected;
            if (expected != interval.getValue()) wrong++;
        }
        return new Report(
                        "Kafka without Connect: a handler, and a group of consumers",
                        "",
                        "each final interval is exact")
                .say("final intervals", compared)
                .say("posts in them", posts)
                .say("intervals with another number of posts", wrong)
                .say("intervals that were reported twice", reportedTwice)
                .must(compared > 0, "no interval was final")
                .must(wrong == 0, "a final interval had another number of posts than X should have delivered");
    }
}
