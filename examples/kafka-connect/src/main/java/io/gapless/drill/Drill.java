package io.gapless.drill;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.PostShape;
import io.gapless.emulator.XEmulator;
import io.gapless.kafka.ConnectRest;
import io.gapless.kafka.TopicReader;
import io.gapless.kafka.Worker;
import io.gapless.receiver.Report;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Strikes a cluster with one connector, again and again, and compares what a {@code read_committed} reader of the topic has
 * with what X should have delivered. Owns the cluster and the emulator. Used by one thread.
 */
public final class Drill {
    private static final Duration SLICE = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** A shorter time without a post may have no cause but a busy machine. */
    private static final Duration UNNOTICED = Duration.ofMillis(300);
    /** What a leader answers that was cut off from Kafka, followed by another one, and is the leader again. */
    private static final String WRITES_NOTHING = "without claiming write privileges";

    private static final int MISSES_MAX = 20;
    /** The emulator keeps the connection of a worker that was cut off or paused. */
    private static final int CONNECTIONS_MAX = 100;
    /** More than strikes can use up: X's limit is not what is tried here. */
    private static final String AMPLE_CONNECTS = "10000";

    private final XEmulator x;
    private final Cluster cluster;
    private final List<Struck> struck = new ArrayList<>();
    private Instant from = Instant.MAX;

    /**
     * Prepares a drill. Starts nothing.
     *
     * @param cluster whose workers run
     */
    public Drill(Cluster cluster) {
        this.cluster = cluster;
        this.x = cluster.x();
    }

    /** Returns an emulator that sends posts for one rule at this rate a second. */
    public static XEmulator emulator(double rate) {
        return XEmulator.builder()
                .access(AccessLevel.ENTERPRISE)
                .shapes(PostShape.PLAIN)
                .topics("cat")
                .rule("cats", "cat")
                .rate(rate)
                .connectionLimit(CONNECTIONS_MAX)
                .withoutRateLimits()
                .start();
    }

    /** Starts the connector. Returns when posts arrive. */
    public void start() throws IOException, InterruptedException {
        Map<String, String> settings = cluster.settings();
        settings.put("x.connect.budget", AMPLE_CONNECTS);
        cluster.create(Cluster.CONNECTOR, settings);
        cluster.awaitReady();
        from = x.now();
        cluster.say("The connector runs on worker " + owner().name + ". Posts arrive.");
    }

    private Worker owner() throws IOException, InterruptedException {
        List<Worker> found = new ArrayList<>();
        cluster.await(
                "a worker has the task", () -> cluster.owner(0).map(found::add).isPresent());
        return found.get(0);
    }

    private Worker target(Blow.Target target, Worker leader, Worker owner) {
        return switch (target) {
            case LEADER -> leader;
            case OWNER -> owner;
            case OTHER ->
                cluster.workers().stream()
                        .filter(worker -> worker != leader)
                        .findFirst()
                        .orElseThrow();
        };
    }

    /** Strikes. Returns when everything runs again, and the connector has caught up with X. */
    public void strike(Blow blow) throws IOException, InterruptedException {
        Worker leader = cluster.leader();
        Worker owner = owner();
        Worker target = target(blow.target(), leader, owner);
        boolean hitsOwner = blow.strike().isAtWorker() && target == owner;
        int restarted = cluster.restarted();
        cluster.say(words(blow, target, leader, owner));
        long connects = cluster.liveConnects();
        long beginNanos = System.nanoTime();
        long endNanos = begin(blow, target);
        long startNanos = blow.strike() == Strike.CONNECTOR_RESTART ? endNanos : beginNanos;
        if (hitsOwner || blow.strike() == Strike.CONNECTOR_RESTART) {
            cluster.await("a task connects to X", () -> cluster.liveConnects() > connects);
            // The last posts of the task before may be young enough to look as if it had caught up.
            long last = cluster.posts().newestId();
            cluster.await("it has caught up", () -> cluster.posts().newestId() > last && cluster.isCaughtUp());
        } else if (!blow.strike().isAtWorker()) {
            cluster.awaitReady();
        }
        TopicReader.Pause pause = cluster.posts().longestPause(startNanos);
        cluster.awaitReady();
        boolean atBroker = blow.strike() == Strike.BROKER_PAUSE || blow.strike() == Strike.BROKER_RESTART;
        Duration back = atBroker ? pause.end().minusNanos(endNanos - startNanos) : pause.end();
        if (pause.length().compareTo(UNNOTICED) < 0) back = Duration.ZERO;
        Struck result = new Struck(blow, hitsOwner, target == leader, back, cluster.restarted() - restarted);
        struck.add(result);
        cluster.say((back.isZero()
                        ? "Posts went on."
                        : "Posts went on " + seconds(back) + (atBroker ? " later" : " after it") + ", after "
                                + seconds(pause.length()) + " without one.")
                + " The task is on worker " + owner().name
                + ". Twice so far: " + cluster.posts().repeats() + ".");
    }

    private static String words(Blow blow, Worker target, Worker leader, Worker owner) {
        String who =
                switch (blow.strike()) {
                    case BROKER_PAUSE, BROKER_RESTART -> "The broker";
                    case CONNECTOR_RESTART -> "The connector, on worker " + owner.name + ",";
                    default ->
                        "Worker " + target.name + (target == owner ? ", which has the task" : ", which has no task")
                                + (target == leader ? " and is the leader," : ",");
                };
        return who + " " + blow.strike().words()
                + (blow.length().isZero() ? "" : " for " + blow.length().toSeconds() + " s") + ".";
    }

    /** Returns when the strike was over; for a restart of the connector, when the request that was accepted was sent. */
    private long begin(Blow blow, Worker target) throws IOException, InterruptedException {
        switch (blow.strike()) {
            case KILL -> target.process().kill();
            case CLOSE -> target.process().terminate();
            case PAUSE -> {
                target.process().suspend();
                sleep(blow.length());
                target.process().resume();
            }
            case CUT -> {
                target.cable().cut();
                sleep(blow.length());
                target.cable().mend();
            }
            case BROKER_PAUSE -> {
                cluster.broker().process().suspend();
                sleep(blow.length());
                cluster.broker().process().resume();
            }
            case BROKER_RESTART -> {
                cluster.broker().process().terminate();
                cluster.broker().start();
            }
            case CONNECTOR_RESTART -> {
                return restartConnector();
            }
        }
        return System.nanoTime();
    }

    /** Restarts the connector and its task. A worker refuses it while the group rebalances (409); then it is asked again. */
    private long restartConnector() throws IOException, InterruptedException {
        long[] sentNanos = {0};
        cluster.await("the restart of the connector is accepted", () -> {
            sentNanos[0] = System.nanoTime();
            ConnectRest.Answer answer = cluster.rest()
                    .send(
                            "POST",
                            "/connectors/" + Cluster.CONNECTOR + "/restart?includeTasks=true&onlyFailed=false",
                            "");
            if (answer.message().contains(WRITES_NOTHING)) restartLeader();
            return answer.isGood();
        });
        return sentNanos[0];
    }

    /** Does what docs/kafka.md says about a leader that cannot write settings any more. */
    private void restartLeader() throws IOException, InterruptedException {
        Worker leader = cluster.leader();
        cluster.say("Kafka Connect refuses it: worker " + leader.name
                + ", which leads once more, cannot write settings. It is closed and started again.");
        leader.process().terminate();
        cluster.awaitReady();
    }

    private static void sleep(Duration length) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(length.toMillis());
    }

    /** Waits until nothing is missing, or until time is up, and compares. */
    public Report judge() throws IOException, InterruptedException {
        cluster.awaitReady();
        Instant until = x.now();
        cluster.say("What the reader has is compared with what X should have delivered.");
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!missing(until).isEmpty() && System.nanoTime() < untilNanos) TimeUnit.MILLISECONDS.sleep(500);
        Report report = report(until);
        if (!report.holds()) cluster.keepLogs();
        return report;
    }

    private List<Long> expected(Instant until) {
        List<Long> ids = new ArrayList<>();
        for (Instant start = from; start.isBefore(until); start = start.plus(SLICE)) {
            Instant end = start.plus(SLICE).isBefore(until) ? start.plus(SLICE) : until;
            for (ExpectedPost post : x.shouldHaveDelivered(start, end)) ids.add(post.id());
        }
        return ids;
    }

    private List<Long> missing(Instant until) {
        return expected(until).stream()
                .filter(id -> !cluster.posts().has(Long.toString(id)))
                .toList();
    }

    private Report report(Instant until) {
        List<Long> missing = missing(until);
        List<String> repeated = cluster.posts().repeated();
        Report report = new Report(
                        "Kafka Connect: two workers, one connector",
                        "",
                        "lost = 0; twice = 0; takeover <= 8 s; planned <= 1.5 s, or <= 5 s if the leader leaves;"
                                + " a task fails only if the broker was away for longer than a transaction may last")
                .say("strikes", struck.size())
                .say("posts", expected(until).size())
                .say("posts in the topic", cluster.posts().records())
                .say("lost", missing.size())
                .say("twice", repeated.size())
                .say("failed tasks that were restarted by REST", cluster.restarted())
                .say("connects to X", cluster.connects())
                .say("connects to X in any 15 min at most", cluster.connectsInAnyWindow());
        say(report, "takeover (kill, pause, cut)", one -> one.hitOwner() && !one.isClosed());
        say(report, "planned, the leader stays", one -> one.isClosed() && !one.leader());
        say(report, "planned, the leader leaves", one -> one.isClosed() && one.leader());
        say(report, "restart of the connector", one -> one.blow().strike() == Strike.CONNECTOR_RESTART);
        say(
                report,
                "after the broker was back",
                one -> !one.blow().strike().isAtWorker() && one.blow().strike() != Strike.CONNECTOR_RESTART);
        for (Struck one : struck) {
            one.late()
                    .ifPresent(most -> report.must(
                            false,
                            one.who() + " " + one.blow().strike().words() + ", posts went on after "
                                    + seconds(one.back()) + ", more than " + seconds(most)));
            report.must(
                    one.restarted() == 0 || one.mayFailTask(),
                    one.who() + " " + one.blow().strike().words() + ", the task had failed, and was restarted by REST");
        }
        List<String> misses = new ArrayList<>();
        for (long id : missing) if (misses.size() < MISSES_MAX) misses.add(id + " is not in the topic");
        for (String id : repeated) if (misses.size() < MISSES_MAX) misses.add(id + " is twice in the topic");
        return report.misses(misses);
    }

    private void say(Report report, String what, Predicate<Struck> which) {
        List<Long> millis = struck.stream()
                .filter(which)
                .map(one -> one.back().toMillis())
                .sorted()
                .toList();
        if (millis.isEmpty()) return;
        report.say(what + ", times", millis.size())
                .say(what + ", p50 ms", millis.get(millis.size() / 2))
                .say(what + ", max ms", millis.get(millis.size() - 1));
    }

    private static String seconds(Duration length) {
        return String.format(Locale.ROOT, "%.2f s", length.toMillis() / 1e3);
    }
}
