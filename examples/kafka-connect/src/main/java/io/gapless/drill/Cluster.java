package io.gapless.drill;

import io.gapless.emulator.SeenRequest;
import io.gapless.emulator.XEmulator;
import io.gapless.hosts.ConnectWindow;
import io.gapless.kafka.Broker;
import io.gapless.kafka.ConnectRest;
import io.gapless.kafka.Plugin;
import io.gapless.kafka.TopicReader;
import io.gapless.kafka.Worker;
import io.gapless.receiver.Scratch;
import io.gapless.stream.post.Snowflake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs a broker and workers as processes, with the connector from its zip, against an emulator of X, and reads the topic of
 * the posts. Reports each step. Owns all of it but the emulator. Used by one thread.
 */
public final class Cluster implements AutoCloseable {
    public static final String CONNECTOR = "cats";
    public static final String TOPIC = "posts";
    static final String OFFSETS_TOPIC = "gapless-offsets";

    /** How long to wait for anything before it counts as broken. The machine may be busy. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final long POLL_MILLIS = 50;
    /** The age of the newest post in the topic at which the connector has caught up. */
    private static final Duration CAUGHT_UP = Duration.ofMillis(1_500);

    private final XEmulator x;
    private final Consumer<String> account;
    private final Instant begun = Instant.now();
    private final Scratch scratch = Scratch.make();
    private final Path plugins = scratch.directory("plugins");
    private final Broker broker;
    private final List<Worker> workers = new ArrayList<>();
    private final TopicReader posts;
    private boolean keepsFiles;
    private int restarted;

    /** A condition that other processes decide. */
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /**
     * Starts the broker, and unpacks the plugin. No worker starts.
     *
     * @param x the emulator
     * @param workerCount how many workers there are to be
     * @param brokerSettings further settings of the broker
     * @param workerSettings further settings of the workers
     * @param account receives a line for each step
     */
    public Cluster(
            XEmulator x,
            int workerCount,
            Map<String, String> brokerSettings,
            Map<String, String> workerSettings,
            Consumer<String> account)
            throws IOException, InterruptedException {
        this(x, workerCount, brokerSettings, workerSettings, TOPIC, 1, account);
    }

    /**
     * Starts the broker, with several topics for the posts.
     *
     * @param topicPattern a regular expression for these topics
     * @param topics how many there will be
     */
    Cluster(
            XEmulator x,
            int workerCount,
            Map<String, String> brokerSettings,
            Map<String, String> workerSettings,
            String topicPattern,
            int topics,
            Consumer<String> account)
            throws IOException, InterruptedException {
        this.x = x;
        this.account = account;
        Plugin.unpack(Plugin.zip(), plugins);
        Files.writeString(scratch.path().resolve("x.properties"), "token=" + x.bearerToken() + "\n");
        broker = new Broker(scratch.directory("broker"), workerCount, brokerSettings);
        broker.start();
        for (int i = 0; i < workerCount; i++) {
            String name = String.valueOf((char) ('A' + i));
            workers.add(new Worker(name, scratch.directory(name), broker.cable(i), plugins, workerSettings));
        }
        posts = new TopicReader(broker.bootstrap(), topicPattern, topics, false);
        say("Kafka is up.");
    }

    /** Returns the settings of the connector: those of docs/kafka.md, with this cluster's sizes. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connector.class", "io.gapless.connect.GaplessSourceConnector");
        settings.put("tasks.max", "1");
        settings.put("exactly.once.support", "required");
        settings.put("x.base.url", x.baseUri().toString());
        settings.put("x.bearer.token", "${file:" + scratch.path().resolve("x.properties") + ":token}");
        settings.put("x.access", "enterprise");
        settings.put("topic", TOPIC);
        settings.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
        settings.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        settings.put("offsets.storage.topic", OFFSETS_TOPIC);
        settings.put("producer.override.batch.size", "1048576");
        settings.put("topic.creation.default.replication.factor", "1");
        settings.put("topic.creation.default.partitions", "1");
        settings.put("topic.creation.groups", "ledger");
        settings.put("topic.creation.ledger.include", "posts.*\\.ledger");
        settings.put("topic.creation.ledger.cleanup.policy", "compact");
        settings.put("topic.creation.ledger.partitions", "1");
        return settings;
    }

    /** Starts all workers, and returns when they answer. */
    public void startWorkers() throws IOException, InterruptedException {
        startWorkers(workers.size());
    }

    /** Starts the first workers, and returns when they answer. */
    void startWorkers(int count) throws IOException, InterruptedException {
        for (Worker worker : workers.subList(0, count)) worker.start();
        await("the workers answer", this::areUp);
        say(count + (count == 1 ? " worker" : " workers") + " of Kafka Connect answer.");
    }

    private boolean areUp() throws InterruptedException {
        for (Worker worker : workers) if (worker.hasLived() && !worker.rest().isUp()) return false;
        return true;
    }

    /** Creates the connector. Throws with the worker's words if it is refused. */
    public void create(String name, Map<String, String> settings) throws IOException, InterruptedException {
        ConnectRest.Answer answer = rest().put(name, settings);
        if (!answer.isGood()) throw new IllegalStateException("The connector is refused: " + answer.message());
    }

    /** Starts workers that have ended, and returns when the tasks run and have caught up with X. */
    public void awaitReady() throws IOException, InterruptedException {
        for (Worker worker : workers) {
            if (worker.hasLived() && !worker.isAlive()) worker.start();
        }
        await("the tasks run and have caught up with X", this::isReady);
    }

    boolean isReady() throws IOException, InterruptedException {
        return areUp() && isRunning() && isCaughtUp();
    }

    /** Restarts the tasks that have failed. */
    void watch() throws InterruptedException {
        holds(this::isRunning);
    }

    private boolean isRunning() throws IOException, InterruptedException {
        List<ConnectRest.TaskState> tasks = rest().tasks(CONNECTOR);
        for (ConnectRest.TaskState task : tasks) if (task.state().equals("FAILED")) restart(task);
        return !tasks.isEmpty() && tasks.stream().allMatch(task -> task.state().equals("RUNNING"));
    }

    /** Restarts a failed task, as a watch of the cluster does. */
    private void restart(ConnectRest.TaskState task) throws IOException, InterruptedException {
        say("Task " + task.id() + " has failed, and is restarted by REST: "
                + task.trace().lines().findFirst().orElse(""));
        restarted++;
        rest().send("POST", "/connectors/" + CONNECTOR + "/tasks/" + task.id() + "/restart", "");
    }

    /** Returns how many failed tasks were restarted so far. */
    int restarted() {
        return restarted;
    }

    boolean isCaughtUp() {
        long id = posts.newestId();
        return id > 0 && Snowflake.time(id).isAfter(x.now().minus(CAUGHT_UP));
    }

    /** Returns the REST interface of a worker that is alive. */
    public ConnectRest rest() {
        return workers.stream()
                .filter(Worker::isAlive)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No worker is alive."))
                .rest();
    }

    /** Returns the worker that runs a task. */
    Optional<Worker> owner(int task) throws IOException, InterruptedException {
        List<ConnectRest.TaskState> tasks = rest().tasks(CONNECTOR);
        return workers.stream()
                .filter(worker -> tasks.stream().anyMatch(one -> one.id() == task && worker.is(one.worker())))
                .findFirst();
    }

    /** Returns the leader of the group of workers. */
    Worker leader() throws IOException, InterruptedException {
        List<Worker> found = new ArrayList<>();
        await("the workers have a leader", () -> {
            for (Worker worker : workers)
                if (worker.isAlive() && workers.stream().allMatch(worker::isLeaderFor)) found.add(worker);
            return !found.isEmpty();
        });
        return found.get(0);
    }

    /** Returns the plugin path of the workers. */
    Path plugins() {
        return plugins;
    }

    List<Worker> workers() {
        return workers;
    }

    Broker broker() {
        return broker;
    }

    TopicReader posts() {
        return posts;
    }

    XEmulator x() {
        return x;
    }

    /** Returns how many connects to X's stream there were so far, those of recovery jobs included. */
    long connects() {
        return connectRequests().count();
    }

    /** Returns how many connects to X's stream there were so far, without those of recovery jobs. */
    long liveConnects() {
        return connectRequests()
                .filter(request -> !request.query().containsKey("start_time"))
                .count();
    }

    /** Returns the most connects to X's stream within 15 minutes. */
    int connectsInAnyWindow() {
        return ConnectWindow.most(connectRequests().map(SeenRequest::at));
    }

    private Stream<SeenRequest> connectRequests() {
        return x.requests().stream().filter(request -> isStream(request.path()));
    }

    /** Returns whether a path is that of a stream. The rules lie below the filtered stream: {@code …/stream/rules}. */
    static boolean isStream(String path) {
        return path.endsWith("/stream") || path.contains("/stream/lang/");
    }

    void await(String what, Condition condition) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        while (!holds(condition)) {
            if (System.nanoTime() - startNanos > PATIENCE.toNanos()) {
                keepLogs();
                throw new IllegalStateException("This did not happen within " + PATIENCE.toSeconds() + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private static boolean holds(Condition condition) throws InterruptedException {
        try {
            return condition.holds();
        } catch (IOException e) {
            // A worker that is about to start, or in the middle of a rebalance, does not answer.
            return false;
        }
    }

    void say(String what) {
        account.accept(String.format(
                Locale.ROOT,
                "%6.1f s  %s",
                Duration.between(begun, Instant.now()).toMillis() / 1e3,
                what));
    }

    /** Keeps the logs, for a person to read. */
    void keepLogs() {
        if (!keepsFiles) say("The logs are in " + scratch.path() + ".");
        keepsFiles = true;
    }

    @Override
    public void close() throws IOException {
        posts.close();
        for (Worker worker : workers) worker.close();
        broker.close();
        if (!keepsFiles) scratch.close();
    }
}
