package io.gapless.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.recovery.Gap;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.seam.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One hardship, gone through by processes: the emulator, the packaged {@code gapless consume} and the network between
 * them. Owns all of it. Judged by the emulator's list of what should have been delivered.
 */
final class Trial implements AutoCloseable {
    static final Duration STALL_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration KEEP_ALIVE = Duration.ofMillis(500);
    private static final Duration LATENCY = Duration.ofMillis(700);
    /** A quarter of them matches the rule. */
    private static final int POSTS_PER_SECOND = 80;

    private static final int FIRST_POSTS = 10;
    private static final int MOST_GAPS = 1_000;
    private static final int POLL_MILLIS = 50;
    private static final int UNUSABLE = 8;
    private static final Pattern FIRST_SIGN = Pattern.compile("is open and receiving");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path jar;
    private final Hardship hardship;
    private final Random random;
    private final Extent extent;
    private final Path directory;
    private final EmulatorProgram x;
    private final Cable cable;
    private final Optional<SmallDisk> disk;
    private final Judge judge = new Judge();
    private final List<String> misses = new ArrayList<>();
    private @Nullable Program program;
    private int life;

    /**
     * How much of it.
     *
     * @param kills how many times a process that is killed is
     * @param length how long a hardship lasts at most, more than twice the stall timeout
     * @param away how long X's time goes on at most while a killed process is not there
     * @param patience how long it may take until all has come back
     */
    record Extent(int kills, Duration length, Duration away, Duration patience) {
        /** A few seconds. */
        static final Extent SHORT = new Extent(2, Duration.ofSeconds(5), Duration.ZERO, Duration.ofMinutes(2));
        /** With outages for Recovery jobs, which X serves with a minute's delay. */
        static final Extent LONG = new Extent(5, Duration.ofSeconds(30), Duration.ofMinutes(30), Duration.ofMinutes(5));
    }

    /**
     * What came of it.
     *
     * @param tried whether the hardship could be made here at all
     * @param posts how many should have come
     * @param again how many came again since they had not been committed before a kill
     * @param misses what is wrong; empty if nothing is
     */
    record Result(Hardship hardship, boolean tried, long posts, long again, List<String> misses) {}

    Trial(Path jar, Hardship hardship, long seed, Extent extent) throws IOException, InterruptedException {
        this.jar = jar;
        this.hardship = hardship;
        this.random = new Random(seed);
        this.extent = extent;
        this.directory = Files.createTempDirectory("gapless-trial");
        this.x = EmulatorProgram.start(jar, directory, POSTS_PER_SECOND, KEEP_ALIVE);
        this.cable = new Cable(x.port());
        this.disk = hardship.needsDisk() ? SmallDisk.mount(directory) : Optional.empty();
    }

    Result run() throws IOException, InterruptedException {
        if (hardship.needsDisk() && disk.isEmpty()) return new Result(hardship, false, 0, 0, List.of());
        Program first = start();
        first.awaitSaid(FIRST_SIGN);
        Instant from = x.now();
        awaitPosts(FIRST_POSTS);
        Program last = strike(first);
        Instant until = x.now();
        awaitAll(from, until);
        int status = last.end();
        if (status != 0) misses.add("it ended with status " + status + " instead of 0");
        hearLife(false);
        if (!hardship.evidence.matcher(allSaid()).find()) misses.add("it did not print " + hardship.evidence);
        if (allSaid().contains(x.token())) misses.add("it printed its token");
        List<Gap> ledger = ledger();
        if (ledger.stream().anyMatch(gap -> !gap.lost().isEmpty())) misses.add("the ledger calls posts lost");
        long posts = judge.compare(x::shouldHaveDelivered, from, until, extent.patience, ledger);
        misses.addAll(judge.misses());
        return new Result(hardship, true, posts, judge.again(), misses);
    }

    /** Returns the process that lives in the end. */
    private Program strike(Program first) throws IOException, InterruptedException {
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
            case MEMORY_SHORT -> first.awaitSaid(hardship.evidence);
            case MEMORY_GONE -> {
                first.awaitEnd();
                hearLife(true);
                return start();
            }
        }
        pause();
        if (hardship.name().startsWith("NETWORK")) cable.mend();
        return first;
    }

    private Program killed(Program first) throws IOException, InterruptedException {
        Program running = first;
        for (int kill = 1; kill <= extent.kills; kill++) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt((int) STALL_TIMEOUT.toMillis()));
            running.kill();
            hearLife(true);
            long awayMillis = extent.away.toMillis();
            if (awayMillis > 0) x.shiftTime(Duration.ofMillis(random.nextLong(awayMillis)));
            running = start();
        }
        return running;
    }

    private void suspended(Program one) throws IOException, InterruptedException {
        one.suspend();
        pause();
        one.resume();
    }

    private void diskFull(Program running, SmallDisk small) throws IOException, InterruptedException {
        small.fill();
        running.awaitSaid(Pattern.compile("is full"));
        pause();
        small.makeRoom();
        running.awaitSaid(Pattern.compile("can be written again"));
    }

    private Program stateReadOnly(Program first, SmallDisk small) throws IOException, InterruptedException {
        first.kill();
        hearLife(true);
        small.readOnly(true);
        int status = start().awaitEnd();
        if (status != UNUSABLE) misses.add("on a read-only disk it ended with status " + status);
        hearLife(false);
        small.readOnly(false);
        return start();
    }

    /** Between twice the stall timeout and the longest. */
    private void pause() throws InterruptedException {
        long shortest = STALL_TIMEOUT.toMillis() * 2;
        TimeUnit.MILLISECONDS.sleep(shortest + random.nextLong(extent.length.toMillis() - shortest));
    }

    private Program start() throws IOException {
        life++;
        String url = "http://127.0.0.1:" + cable.port();
        Map<String, String> token = Map.of("X_BEARER_TOKEN", x.token());
        Program started = hardship.isOfMemory() && life == 1
                ? Program.start(directory, said(life), token, hoard(url))
                : Program.ofJar(jar, directory, said(life), token, consume(url));
        program = started;
        return started;
    }

    private List<String> hoard(String url) {
        return List.of(
                "-Xmx48m",
                hardship == Hardship.MEMORY_GONE ? "-XX:+ExitOnOutOfMemoryError" : "-XX:-ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                ChildProcess.classPath(),
                Hoarder.class.getName(),
                url,
                state().toString(),
                posts(life).toString(),
                hardship == Hardship.MEMORY_GONE ? "all" : "some");
    }

    private List<String> consume(String url) {
        return List.of(
                "consume",
                "--base-url",
                url,
                "--state",
                state().toString(),
                "--out",
                posts(life).toString(),
                "--fields",
                "minimal",
                "--access",
                "enterprise",
                "--overlap",
                "30s",
                "--stall-timeout",
                STALL_TIMEOUT.toMillis() + "ms");
    }

    private Path state() {
        return disk.map(SmallDisk::directory).orElse(directory.resolve("state"));
    }

    private Path posts(int number) {
        return directory.resolve(number + ".posts");
    }

    private Path said(int number) {
        return directory.resolve(number + ".said");
    }

    private String allSaid() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int number = 1; number <= life; number++) all.append(Files.readString(said(number)));
        return all.toString();
    }

    private void awaitPosts(int count) throws IOException, InterruptedException {
        long untilNanos = System.nanoTime() + extent.patience.toNanos();
        while (written(life).size() < count && System.nanoTime() < untilNanos) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Until every post is written, or it takes too long; which of them are missing is judged later. */
    private void awaitAll(Instant from, Instant until) throws IOException, InterruptedException {
        List<Long> owed = x.shouldHaveDelivered(from, until);
        long untilNanos = System.nanoTime() + extent.patience.toNanos();
        Set<Long> come = new HashSet<>();
        while (!come.containsAll(owed) && System.nanoTime() < untilNanos) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            for (int number = 1; number <= life; number++) come.addAll(written(number));
        }
    }

    /** The ids of the lines that are whole. */
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

    /** Tells the judge what the life that has just ended has written. */
    private void hearLife(boolean wasKilled) throws IOException {
        Set<Long> committed =
                wasKilled ? DeadState.committed(state(), directory.resolve("copy")) : Set.copyOf(written(life));
        for (long id : written(life)) judge.hear(life, id, 0, 0, committed.contains(id));
    }

    private List<Gap> ledger() {
        try (StateStore store = StateDirectory.open(state(), Duration.ZERO, Time.system())) {
            return store.ledger(Instant.EPOCH, MOST_GAPS);
        }
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
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
