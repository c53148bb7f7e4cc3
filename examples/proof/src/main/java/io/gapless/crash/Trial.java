package io.gapless.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.hosts.Cable;
import io.gapless.hosts.ChildProcess;
import io.gapless.receiver.Scratch;
import io.gapless.recovery.ledger.Gap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts a program through one hardship. Starts the emulator and the packaged {@code gapless consume} as processes, with
 * a {@link Cable} between them, and owns all three. For the hardships of memory, the first program is a {@link
 * MemoryHog} instead. The program survived if it received every post that the emulator should have delivered.
 */
final class Trial implements AutoCloseable {
    static final Duration STALL_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration KEEP_ALIVE = Duration.ofMillis(500);
    private static final Duration LATENCY = Duration.ofMillis(700);
    /** How many posts the emulator generates. A quarter of these posts match the rule. */
    private static final int POSTS_PER_SECOND = 80;

    private static final int FIRST_POSTS = 10;
    private static final int POLL_MILLIS = 50;
    private static final int UNUSABLE = 8;
    private static final Pattern CONNECTED = Pattern.compile("is open and receiving");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path jar;
    private final Hardship hardship;
    private final Random random;
    private final Extent extent;
    private final Scratch scratch;
    private final Path directory;
    private final EmulatorProgram x;
    private final Cable cable;
    private final Optional<SmallDisk> disk;
    private final Judge judge = new Judge();
    private final List<String> misses = new ArrayList<>();
    private @Nullable ChildProcess program;
    private int processNumber;

    /**
     * Sets how often and how long a trial applies its hardship.
     *
     * @param kills how often a process is killed, in the trial of {@link Hardship#KILLED}
     * @param length the longest duration of a hardship, more than twice the stall timeout
     * @param away the longest jump of X's time while a killed process is down
     * @param patience the longest wait until all posts have arrived
     */
    record Extent(int kills, Duration length, Duration away, Duration patience) {
        /** A trial of a few seconds. */
        static final Extent SHORT = new Extent(2, Duration.ofSeconds(5), Duration.ZERO, Duration.ofMinutes(2));
        /**
         * A trial with outages that are long enough for recovery jobs. X serves the posts of a job with a delay of a
         * minute.
         */
        static final Extent LONG = new Extent(5, Duration.ofSeconds(30), Duration.ofMinutes(30), Duration.ofMinutes(5));
    }

    /**
     * Holds the result of a trial.
     *
     * @param tried whether the trial took place; false if this machine does not allow the hardship
     * @param posts the number of posts that X should have delivered
     * @param again the number of posts that were handed over again, since a process was killed before it had committed
     *     them
     * @param misses the promises that were broken; empty if the program survived
     */
    record Result(Hardship hardship, boolean tried, long posts, long again, List<String> misses) {}

    Trial(Path jar, Hardship hardship, long seed, Extent extent) throws IOException, InterruptedException {
        this.jar = jar;
        this.hardship = hardship;
        this.random = new Random(seed);
        this.extent = extent;
        this.scratch = Scratch.make();
        this.directory = scratch.path();
        this.x = EmulatorProgram.start(jar, directory, POSTS_PER_SECOND, KEEP_ALIVE);
        this.cable = new Cable(x.port());
        this.disk = hardship.needsDisk() ? SmallDisk.mount(directory) : Optional.empty();
    }

    Result run() throws IOException, InterruptedException {
        if (hardship.needsDisk() && disk.isEmpty()) return new Result(hardship, false, 0, 0, List.of());
        ChildProcess first = start();
        first.awaitOutput(CONNECTED);
        Instant from = x.now();
        awaitPosts(FIRST_POSTS);
        ChildProcess last = strike(first);
        Instant until = x.now();
        awaitAll(from, until);
        int status = last.terminate();
        if (status != 0) misses.add("it ended with status " + status + " instead of 0");
        recordPosts(false);
        if (!hardship.evidence.matcher(allOutput()).find()) misses.add("it did not print " + hardship.evidence);
        if (allOutput().contains(x.token())) misses.add("it printed its token");
        List<Gap> ledger = DeadState.ledger(state());
        if (ledger.stream().anyMatch(gap -> !gap.lost().isEmpty())) misses.add("the ledger calls posts lost");
        long posts = judge.compare(x::shouldHaveDelivered, from, until, extent.patience, ledger);
        misses.addAll(judge.misses());
        return new Result(hardship, true, posts, judge.again(), misses);
    }

    /** Applies the hardship. Returns the process that runs after the hardship. */
    private ChildProcess strike(ChildProcess first) throws IOException, InterruptedException {
        switch (hardship) {
            case KILLED -> {
                return killed(first);
            }
            case STOPPED -> suspended(first);
            case X_STOPPED -> suspended(x.program());
            case NETWORK_CUT -> cable.cut();
            case NETWORK_SILENT -> {
                cable.silence();
                pause();
                cable.cut();
            }
            case NETWORK_SLOW -> {
                cable.slow(LATENCY);
                pause();
                cable.cut();
            }
            case DISK_FULL -> diskFull(first, disk.orElseThrow());
            case STATE_READ_ONLY -> {
                return stateReadOnly(first, disk.orElseThrow());
            }
            case MEMORY_SHORT -> first.awaitOutput(hardship.evidence);
            case MEMORY_GONE -> {
                first.awaitEnd();
                recordPosts(true);
                return start();
            }
        }
        pause();
        if (hardship.name().startsWith("NETWORK")) cable.mend();
        return first;
    }

    private ChildProcess killed(ChildProcess first) throws IOException, InterruptedException {
        ChildProcess running = first;
        for (int kill = 1; kill <= extent.kills; kill++) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt((int) STALL_TIMEOUT.toMillis()));
            running.kill();
            recordPosts(true);
            long awayMillis = extent.away.toMillis();
            if (awayMillis > 0) x.shiftTime(Duration.ofMillis(random.nextLong(awayMillis)));
            running = start();
        }
        return running;
    }

    private void suspended(ChildProcess one) throws IOException, InterruptedException {
        one.suspend();
        pause();
        one.resume();
    }

    private void diskFull(ChildProcess running, SmallDisk small) throws IOException, InterruptedException {
        small.fill();
        running.awaitOutput(Pattern.compile("is full"));
        pause();
        small.makeRoom();
        running.awaitOutput(Pattern.compile("can be written again"));
    }

    private ChildProcess stateReadOnly(ChildProcess first, SmallDisk small) throws IOException, InterruptedException {
        first.kill();
        recordPosts(true);
        small.readOnly(true);
        int status = start().awaitEnd();
        if (status != UNUSABLE) misses.add("on a read-only disk it ended with status " + status);
        recordPosts(false);
        small.readOnly(false);
        return start();
    }

    /** Sleeps for a random time between twice the stall timeout and the {@code length} of the extent. */
    private void pause() throws InterruptedException {
        long shortest = STALL_TIMEOUT.toMillis() * 2;
        TimeUnit.MILLISECONDS.sleep(shortest + random.nextLong(extent.length.toMillis() - shortest));
    }

    private ChildProcess start() throws IOException {
        processNumber++;
        String url = "http://127.0.0.1:" + cable.port();
        boolean hoards = hardship.isOfMemory() && processNumber == 1;
        ChildProcess started = (hoards ? hoard(url) : consume(url))
                .variable("X_BEARER_TOKEN", x.token())
                .shortLived()
                .temporary(directory)
                .start(outputFile(processNumber));
        program = started;
        return started;
    }

    private ChildProcess.Command hoard(String url) {
        boolean all = hardship == Hardship.MEMORY_GONE;
        return ChildProcess.of(MemoryHog.class, url, state(), posts(processNumber), all ? "all" : "some")
                .with("-Xmx48m", "--enable-native-access=ALL-UNNAMED")
                .with(all ? "-XX:+ExitOnOutOfMemoryError" : "-XX:-ExitOnOutOfMemoryError");
    }

    private ChildProcess.Command consume(String url) {
        List<Object> words = new ArrayList<>(List.of("consume", "--fields", "minimal", "--access", "enterprise"));
        words.addAll(List.of("--base-url", url, "--state", state(), "--out", posts(processNumber)));
        words.addAll(List.of("--overlap", "30s", "--stall-timeout", STALL_TIMEOUT.toMillis() + "ms"));
        return ChildProcess.ofJar(jar, words.toArray());
    }

    private Path state() {
        return disk.map(SmallDisk::directory).orElse(directory.resolve("state"));
    }

    private Path posts(int number) {
        return directory.resolve(number + ".posts");
    }

    private Path outputFile(int number) {
        return directory.resolve(number + ".out");
    }

    private String allOutput() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int number = 1; number <= processNumber; number++) all.append(Files.readString(outputFile(number)));
        return all.toString();
    }

    private void awaitPosts(int count) throws IOException, InterruptedException {
        long untilNanos = System.nanoTime() + extent.patience.toNanos();
        while (written(processNumber).size() < count && System.nanoTime() < untilNanos) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /**
     * Waits until the programs have written every post that X should have delivered, or until the {@code patience} of
     * the extent is over. Later the judge finds the missing posts.
     */
    private void awaitAll(Instant from, Instant until) throws IOException, InterruptedException {
        List<Long> due = x.shouldHaveDelivered(from, until);
        long untilNanos = System.nanoTime() + extent.patience.toNanos();
        Set<Long> received = new HashSet<>();
        while (!received.containsAll(due) && System.nanoTime() < untilNanos) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            for (int number = 1; number <= processNumber; number++) received.addAll(written(number));
        }
    }

    /** Returns the ids of the posts that a process has written, from the complete lines of its file. */
    private List<Long> written(int number) throws IOException {
        List<Long> ids = new ArrayList<>();
        if (!Files.exists(posts(number))) return ids;
        String all = Files.readString(posts(number));
        for (String line : all.substring(0, all.lastIndexOf('\n') + 1).split("\n")) {
            JsonNode id =
                    line.isEmpty() ? null : JSON.readTree(line).path("data").path("id");
            if (id != null) ids.add(Long.parseLong(id.asText()));
        }
        return ids;
    }

    /** Passes the ids that the last process has written to the judge. The process has just ended. */
    private void recordPosts(boolean wasKilled) throws IOException {
        Set<Long> committed = wasKilled
                ? DeadState.committed(state(), directory.resolve("copy"))
                : Set.copyOf(written(processNumber));
        for (long id : written(processNumber)) judge.recordPost(processNumber, id, 0, 0, committed.contains(id));
    }

    @Override
    public void close() throws IOException {
        if (program != null) program.close();
        cable.close();
        x.close();
        if (disk.isPresent()) disk.get().close();
        if (!misses.isEmpty() || !judge.misses().isEmpty()) {
            System.out.println(hardship + ": the output and the files of the programs are in " + directory);
            return;
        }
        scratch.close();
    }
}
