package io.gapless.drill;

import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.XEmulator;
import io.gapless.kafka.ConnectRest;
import io.gapless.kafka.Worker;
import io.gapless.receiver.Report;
import io.gapless.stream.post.Endpoint;
import io.gapless.stream.post.Snowflake;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Reads partitions of a stream with one task each, on three workers. Adds a worker, kills one, and restarts all of them in
 * turn; judges how long the partitions of other workers pause, and how many connects it took.
 */
@Command(
        name = "partitions",
        mixinStandardHelpOptions = true,
        description =
                "Runs a stream of X with partitions on three workers. Adds a worker, kills one, and restarts each in turn.")
final class Partitions implements Callable<Integer> {
    private static final int WORKERS = 3;
    private static final Duration OTHERS_MAX = Duration.ofMillis(500);
    private static final int CONNECTS_MAX = 50;
    private static final Duration SLICE = Duration.ofSeconds(20);
    /** As docs/kafka.md has it for many partitions. */
    private static final String FETCH_WAIT_MILLIS = "500";
    /** A partition that has used up its share of the connects waits for up to 15 min, and then for its turn of the jobs. */
    private static final Duration PATIENCE = Duration.ofMinutes(90);

    private static final Duration ACCOUNT_EVERY = Duration.ofMinutes(5);

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            defaultValue = "firehose-en",
            description = "firehose-en has 8 partitions, firehose 20 (default: ${DEFAULT-VALUE}).")
    private String stream = "firehose-en";

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "0",
            description = "Reads only the first N partitions of the stream (default: all).")
    private int first;

    @Option(
            names = "--delay",
            paramLabel = "MS",
            defaultValue = "30000",
            description = "scheduled.rebalance.max.delay.ms of the workers (default: ${DEFAULT-VALUE}).")
    private int delayMillis;

    @Option(
            names = "--rate",
            paramLabel = "POSTS",
            defaultValue = "400",
            description = "Posts per second, of all partitions (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--roll-only", description = "Kills no worker: only restarts each in turn.")
    private boolean rollOnly;

    @Override
    public Integer call() throws Exception {
        Report report = run();
        System.out.println(report.text());
        return report.holds() ? 0 : 1;
    }

    private int partitions() {
        return first > 0 ? first : ofStream();
    }

    private int ofStream() {
        return Endpoint.named(stream).partitions();
    }

    private Report run() throws Exception {
        try (XEmulator x = Drill.emulator(rate);
                Cluster cluster = new Cluster(
                        x,
                        WORKERS,
                        Map.of(),
                        Map.of(
                                "scheduled.rebalance.max.delay.ms",
                                Integer.toString(delayMillis),
                                "fetch.max.wait.ms",
                                FETCH_WAIT_MILLIS,
                                "consumer.fetch.max.wait.ms",
                                FETCH_WAIT_MILLIS),
                        "posts-\\d+",
                        partitions(),
                        System.out::println);
                LedgerTopics ledger =
                        new LedgerTopics(cluster.broker().bootstrap(), "posts-\\d+\\.ledger", partitions())) {
            cluster.startWorkers(rollOnly ? WORKERS : WORKERS - 1);
            Map<String, String> settings = cluster.settings();
            settings.put("x.stream", stream);
            settings.put("x.partitions", "1-" + partitions());
            settings.put("topic", "posts-{partition}");
            settings.put("tasks.max", Integer.toString(partitions()));
            settings.put("gather.ms", "100");
            settings.put("ids.window.ms", "600000");
            cluster.create(Cluster.CONNECTOR, settings);
            cluster.await(
                    "all partitions are read",
                    () -> owners(cluster).size() == partitions()
                            && cluster.posts().partitions().size() == partitions()
                            && cluster.isReady());
            Instant from = x.now();
            Report report = new Report(
                    "Kafka Connect: " + partitions() + " partitions on " + WORKERS + " workers",
                    "scheduled.rebalance.max.delay.ms=" + delayMillis + ", " + rate + " posts/s",
                    "lost = 0; twice = 0; another partition pauses <= 500 ms; connects <= 50 in 15 min");
            if (!rollOnly) {
                add(cluster, report);
                kill(cluster, report);
            }
            roll(cluster, report);
            return judged(cluster, ledger, report, from);
        }
    }

    /** Returns the worker of each task that runs. */
    private static Map<Integer, String> owners(Cluster cluster) throws IOException, InterruptedException {
        Map<Integer, String> owners = new HashMap<>();
        for (ConnectRest.TaskState task : cluster.rest().tasks(Cluster.CONNECTOR))
            if (task.state().equals("RUNNING")) owners.put(task.id(), task.worker());
        return owners;
    }

    private void add(Cluster cluster, Report report) throws IOException, InterruptedException {
        Map<Integer, String> before = owners(cluster);
        Worker added = cluster.workers().get(WORKERS - 1);
        long startNanos = System.nanoTime();
        added.start();
        cluster.await(
                "the new worker has tasks",
                () -> owners(cluster).size() == partitions()
                        && owners(cluster).values().stream().anyMatch(added::is)
                        && cluster.isReady());
        TimeUnit.SECONDS.sleep(3);
        Map<Integer, String> after = owners(cluster);
        Set<Integer> moved = new HashSet<>();
        after.forEach((task, worker) -> {
            if (!worker.equals(before.get(task))) moved.add(task);
        });
        say(cluster, report, "a worker is added", startNanos, moved);
    }

    private void kill(Cluster cluster, Report report) throws IOException, InterruptedException {
        Worker victim = cluster.workers().get(0);
        Set<Integer> its = new HashSet<>();
        owners(cluster).forEach((task, worker) -> {
            if (victim.is(worker)) its.add(task);
        });
        long startNanos = System.nanoTime();
        victim.process().kill();
        cluster.await("its tasks run elsewhere", () -> {
            Map<Integer, String> now = owners(cluster);
            return now.size() == partitions() && now.values().stream().noneMatch(victim::is) && cluster.isCaughtUp();
        });
        TimeUnit.SECONDS.sleep(3);
        say(cluster, report, "a worker is killed", startNanos, its);
        cluster.awaitReady();
    }

    private void say(Cluster cluster, Report report, String what, long startNanos, Set<Integer> moved) {
        long moving = 0;
        long staying = 0;
        for (int task = 0; task < partitions(); task++) {
            long millis = cluster.posts()
                    .longestPause(startNanos, Integer.toString(task + 1))
                    .length()
                    .toMillis();
            if (moved.contains(task)) moving = Math.max(moving, millis);
            else staying = Math.max(staying, millis);
        }
        cluster.say(what + ": " + moved.size() + " partitions moved, and paused for " + moving
                + " ms at most; the others paused for " + staying + " ms at most.");
        report.say(what + ": partitions moved", moved.size())
                .say(what + ": their longest pause ms", moving)
                .say(what + ": longest pause of another ms", staying)
                .must(staying <= OTHERS_MAX.toMillis(), what + ": another partition paused for " + staying + " ms");
    }

    /** Restarts each worker in turn, as when a new version is rolled out. */
    private void roll(Cluster cluster, Report report) throws IOException, InterruptedException {
        long before = cluster.connects();
        for (Worker worker : cluster.workers()) {
            cluster.say("Worker " + worker.name + " is closed and started again.");
            worker.process().terminate();
            cluster.awaitReady();
            cluster.await("all partitions are read", () -> owners(cluster).size() == partitions());
        }
        report.say("connects in the rolling restart", cluster.connects() - before);
    }

    private Report judged(Cluster cluster, LedgerTopics ledger, Report report, Instant from)
            throws InterruptedException {
        Instant until = cluster.x().now();
        long startNanos = System.nanoTime();
        long accountNanos = startNanos;
        Map<LedgerTopics.Account, Integer> missing = missing(cluster, ledger, from, until);
        while (!missing.isEmpty() && System.nanoTime() - startNanos < PATIENCE.toNanos()) {
            if (System.nanoTime() - accountNanos > ACCOUNT_EVERY.toNanos()) {
                cluster.say("Posts that are not in the topic yet: " + missing);
                accountNanos = System.nanoTime();
            }
            TimeUnit.SECONDS.sleep(2);
            cluster.watch();
            missing = missing(cluster, ledger, from, until);
        }
        if (missing.isEmpty())
            cluster.say("Complete after "
                    + Duration.ofNanos(System.nanoTime() - startNanos).toSeconds() + " s.");
        int connects = cluster.connectsInAnyWindow();
        List<String> repeated = cluster.posts().repeated();
        int lost = missing.values().stream().mapToInt(Integer::intValue).sum();
        missing.forEach((account, posts) -> report.say("not in the topic: " + account, posts));
        report.say("posts in the topic", cluster.posts().records())
                .say("lost", lost)
                .say("twice", repeated.size())
                .say("failed tasks restarted", cluster.restarted())
                .say("connects to X in all", cluster.connects())
                .say("connects to X in any 15 min at most", connects)
                .must(lost == 0, lost + " posts are not in the topic: " + missing)
                .must(repeated.isEmpty(), repeated.size() + " posts are twice in the topic")
                .must(connects <= CONNECTS_MAX, "there were more than " + CONNECTS_MAX + " connects within 15 min");
        if (!report.holds()) cluster.keepLogs();
        return report;
    }

    /** Returns how many posts are not in the topic, by what the ledger says of them. */
    private Map<LedgerTopics.Account, Integer> missing(
            Cluster cluster, LedgerTopics ledger, Instant from, Instant until) {
        Map<Integer, List<Instant>> created = new HashMap<>();
        for (Instant start = from; start.isBefore(until); start = start.plus(SLICE)) {
            Instant end = start.plus(SLICE).isBefore(until) ? start.plus(SLICE) : until;
            for (ExpectedPost post : cluster.x().shouldHaveDelivered(start, end)) {
                int partition = XEmulator.partition(post.id(), ofStream());
                if (partition <= partitions() && !cluster.posts().has(Long.toString(post.id())))
                    created.computeIfAbsent(partition, none -> new ArrayList<>())
                            .add(Snowflake.time(post.id()));
            }
        }
        Map<LedgerTopics.Account, Integer> missing = new EnumMap<>(LedgerTopics.Account.class);
        created.forEach((partition, moments) -> {
            LedgerTopics.Page page = ledger.page(partition);
            for (Instant moment : moments) missing.merge(page.of(moment), 1, Integer::sum);
        });
        return missing;
    }
}
