package io.gapless.crash;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.PostShape;
import io.gapless.emulator.RecoveryParameters;
import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import io.gapless.hosts.ChildProcess;
import io.gapless.proof.kit.IdFile;
import io.gapless.proof.kit.Proof;
import io.gapless.proof.kit.Text;
import io.gapless.receiver.Report;
import io.gapless.receiver.Scratch;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.state.StateClient;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.stream.seam.Seams;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Kills a process that runs a stream, again and again at random times, and each time starts a new process on the same
 * state directory. Owns the emulator, the processes and their files. The seed determines all random choices, but not
 * the timing of the machine.
 */
final class StreamKills implements Proof, AutoCloseable {
    /** The highest rate at which search keeps up with new posts, in posts per second of X's time. */
    private static final double SEARCHABLE_RATE = 20;

    private static final Duration LAG = Duration.ofSeconds(20);
    private static final Duration DISORDER = Duration.ofSeconds(5);
    private static final Duration LATEST = LAG.plus(DISORDER);
    private static final Duration OVERLAP = Duration.ofSeconds(30);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);
    private static final Duration ZOMBIES = Duration.ofSeconds(4);
    private static final Duration WRONG_CLOCK = Duration.ofMinutes(10);
    private static final Duration SETTLING = Duration.ofMinutes(8);
    private static final Duration LAST_WAIT = Duration.ofMillis(1_500);
    /** The share of outages that may be as long as {@code outageMax}, so that recovery jobs need many chunks. */
    private static final double LONGEST_SHARE = 0.06;

    private static final int OUTAGE_RANGE = 10;
    /**
     * Every tenth process gets up to 30 s to close the open gaps before it is killed. Otherwise all gaps would grow
     * older than X's windows.
     */
    private static final int BREATHER_EVERY = 10;

    private static final Duration BREATHER = Duration.ofSeconds(30);
    private static final int FIRST_PROCESS_MILLIS = 2_000;
    private static final int POSTS_PER_COMPARISON = 10_000;
    private static final Duration ENDING = Duration.ofSeconds(30);

    private final Settings settings;
    private final Consumer<String> account;
    private final Random random;
    private final Scratch scratch = Scratch.make();
    private final Instant origin = Instant.now();
    private final XEmulator x;
    private final Map<Phase, Integer> phases = new EnumMap<>(Phase.class);
    private final Judge judge = new Judge();
    private final List<String> failures = new ArrayList<>();
    private Duration shifted = Duration.ZERO;
    private Duration longestOutage = Duration.ZERO;
    private @Nullable ChildProcess child;
    private boolean keepsFiles;

    /**
     * Configures the proof.
     *
     * @param kills the number of kills
     * @param seed the seed of all random choices
     * @param speed how many times as fast as the machine's clock X's time runs
     * @param rate posts per second of X's time
     * @param outageMax the longest jump of X's time while no process runs
     * @param commitWithin the longest allowed time between the receipt of a post and the kill of its process, if the
     *     process has not committed the post
     */
    record Settings(int kills, long seed, int speed, double rate, Duration outageMax, Duration commitWithin) {}

    /** Lists the activities of a process at its kill. Several phases may apply at once. */
    enum Phase {
        OUTAGE,
        BACKFILL,
        JOB,
        SEARCH,
        LIVE
    }

    StreamKills(Settings settings, Consumer<String> account) throws IOException {
        this.settings = settings;
        this.account = account;
        random = new Random(settings.seed());
        x = XEmulator.builder()
                .access(AccessLevel.ENTERPRISE)
                .time(new FastTime(origin, settings.speed(), Duration.ZERO))
                .seed(settings.seed())
                .topics("cat")
                .rule("cats", "cat")
                .shapes(
                        PostShape.PLAIN,
                        PostShape.ENTITIES,
                        PostShape.ESCAPES,
                        PostShape.REPLY,
                        PostShape.NOTE,
                        PostShape.MEDIA)
                .rate(settings.rate())
                .lag(LAG)
                .disorder((int) Math.max(1, settings.rate() * DISORDER.toSeconds()))
                .keepAlive(KEEP_ALIVE.dividedBy(settings.speed()))
                .zombieTime(ZOMBIES)
                .withoutRateLimits()
                .start();
    }

    @Override
    public Report run() throws IOException, InterruptedException {
        long fromNanos = System.nanoTime();
        Instant from = Instant.MAX;
        for (int number = 1; number <= settings.kills(); number++) {
            kill(number);
            if (number == 1) from = firstConnect();
        }
        Instant until = settle(settings.kills() + 1);
        List<Gap> ledger = DeadState.ledger(state());
        Duration slice = Duration.ofMillis((long) (POSTS_PER_COMPARISON * 1_000 / settings.rate()));
        long expected = judge.compare(this::expectedIds, from, until, slice, ledger);
        return proven(expected, ledger, Duration.ofNanos(System.nanoTime() - fromNanos));
    }

    private void kill(int number) throws IOException, InterruptedException {
        Aim aim = number == 1 ? Aim.ANY : Aim.values()[random.nextInt(Aim.values().length)];
        Duration outage = number == 1 ? Duration.ZERO : outage(aim);
        x.shiftTime(outage);
        shifted = shifted.plus(outage);
        if (outage.compareTo(longestOutage) > 0) longestOutage = outage;
        x.clearFaults();
        RandomFault.draw(random).forEach(x::inject);
        x.recovery(recovery(aim));
        Instant since = x.now();
        ChildProcess process = start(number);
        if (number % BREATHER_EVERY == 0) awaitClosed(process, BREATHER);
        boolean hit = aim.await(x, since, random);
        int afterMillis = number == 1 ? FIRST_PROCESS_MILLIS : random.nextInt(aim.withinMillis);
        TimeUnit.MILLISECONDS.sleep(afterMillis);
        List<Phase> doing = phases();
        if (!process.isAlive()) failures.add("process " + number + " ended by itself; see " + log(number));
        long endedAtMillis = System.currentTimeMillis();
        process.kill();
        recordPosts(number, endedAtMillis);
        for (Phase phase : doing) phases.merge(phase, 1, Integer::sum);
        account.accept(Text.of(
                "kill %d: after an outage of %s, aimed at %s%s, while %s",
                number, Text.length(outage), aim, hit ? "" : " (which did not occur)", doing));
    }

    private Duration outage(Aim aim) {
        double dice = random.nextDouble();
        Duration longest = aim.outageMin.multipliedBy(OUTAGE_RANGE).plus(OVERLAP);
        if (dice < LONGEST_SHARE || longest.compareTo(settings.outageMax()) > 0) longest = settings.outageMax();
        double share = random.nextDouble();
        if (dice > 0.7 && aim.outageMin.isZero()) return Duration.ZERO;
        Duration more = longest.minus(aim.outageMin);
        return more.isNegative() ? longest : aim.outageMin.plusMillis((long) (more.toMillis() * share));
    }

    private RecoveryParameters recovery(Aim aim) {
        boolean refused = aim == Aim.SEARCH || aim == Aim.ANY && random.nextInt(4) == 0;
        // Above SEARCHABLE_RATE, X's rate limits make search take hours to return minutes of posts.
        if (!refused || settings.rate() > SEARCHABLE_RATE) return RecoveryParameters.HONOURED;
        return random.nextBoolean() ? RecoveryParameters.REFUSED_400 : RecoveryParameters.REFUSED_403;
    }

    /**
     * Returns the error of the clock of a process. The clock is right in the first third of the processes, 10 minutes
     * fast in the second third, and 10 minutes slow in the last third.
     */
    private Duration clockError(int number) {
        int third = 3 * (number - 1) / (settings.kills() + 1);
        return WRONG_CLOCK.multipliedBy(third == 0 ? 0 : third == 1 ? 1 : -1);
    }

    private ChildProcess start(int number) throws IOException {
        StreamChild.Settings childSettings = new StreamChild.Settings(
                x.baseUri(),
                x.bearerToken(),
                state(),
                ids(number),
                origin,
                settings.speed(),
                shifted.plus(clockError(number)));
        ChildProcess process = ChildProcess.of(StreamChild.class, childSettings.words())
                .with("-Xmx512m")
                .shortLived()
                .temporary(scratch.directory("tmp"))
                .start(log(number));
        child = process;
        return process;
    }

    private Path state() {
        return scratch.path().resolve("state");
    }

    private Path ids(int number) {
        return scratch.path().resolve(number + ".ids");
    }

    private Path log(int number) {
        return scratch.path().resolve(number + ".log");
    }

    private List<Phase> phases() {
        List<Phase> doing = new ArrayList<>();
        List<SeenConnection> open =
                x.connections().stream().filter(SeenConnection::open).toList();
        List<SeenConnection> live = open.stream().filter(one -> !one.job()).toList();
        Instant now = x.now();
        if (live.isEmpty()) doing.add(Phase.OUTAGE);
        for (SeenConnection one : live) {
            boolean draining = one.query().containsKey("backfill_minutes")
                    && one.openedAt().plus(OVERLAP).isAfter(now);
            doing.add(draining ? Phase.BACKFILL : Phase.LIVE);
        }
        if (live.size() < open.size()) doing.add(Phase.JOB);
        Instant lately = now.minusMillis(250L * settings.speed());
        boolean searching = x.requests().stream()
                .anyMatch(request -> request.path().startsWith("/2/tweets/search/recent")
                        && request.at().isAfter(lately));
        if (searching) doing.add(Phase.SEARCH);
        return doing;
    }

    private Instant firstConnect() {
        return x.connections().stream()
                .map(SeenConnection::openedAt)
                .min(Instant::compareTo)
                .orElseThrow(() -> new IllegalStateException("The first process never connected; see " + log(1)));
    }

    /**
     * Runs the last process until it has closed all gaps, for 8 minutes at most. This process is not killed but asked
     * to end. Returns the time up to which the judge expects posts.
     */
    private Instant settle(int number) throws IOException, InterruptedException {
        x.clearFaults();
        x.recovery(RecoveryParameters.HONOURED);
        ChildProcess process = start(number);
        account.accept("the last process closes the open gaps …");
        awaitClosed(process, SETTLING);
        Instant until = x.now().minus(LATEST);
        TimeUnit.MILLISECONDS.sleep(LAST_WAIT.toMillis());
        long endedAtMillis = System.currentTimeMillis();
        if (!process.end(ENDING)) failures.add("the last process ended with an error; see " + log(number));
        recordPosts(number, endedAtMillis);
        return until;
    }

    private void awaitClosed(ChildProcess process, Duration atMost) throws InterruptedException {
        long untilNanos = System.nanoTime() + atMost.toNanos();
        while (openGaps() > 0 && process.isAlive() && System.nanoTime() < untilNanos) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    /**
     * Returns the number of open gaps. Returns 1 while the process is not connected or its state cannot be read, since
     * the process opens a gap when it connects.
     */
    private long openGaps() {
        try (StateClient client = StateDirectory.client(state(), Seams.system().time())) {
            boolean connected = x.connectionsOpen() > 0;
            return connected ? client.remembered().gaps().size() : 1;
        } catch (StateException e) {
            return 1;
        }
    }

    private void recordPosts(int number, long endedAtMillis) throws IOException {
        Set<Long> committed = DeadState.committed(state(), scratch.path().resolve("copy"));
        IdFile.read(
                ids(number),
                (id, atMillis) -> judge.recordPost(number, id, atMillis, endedAtMillis, committed.contains(id)));
    }

    private List<Long> expectedIds(Instant from, Instant until) {
        return x.shouldHaveDelivered(from, until).stream().map(ExpectedPost::id).toList();
    }

    private Report proven(long expected, List<Gap> ledger, Duration took) {
        Report report = new Report(
                "killed at random moments",
                Text.of(
                        "kill -9 of a process of its own, aimed at outage, backfill, jobs and search; time %d times as"
                                + " fast; %s posts/s, delivered live 20 to 25 s late and out of order; clock right, then"
                                + " 10 min fast, then slow; overlap 30 s; seed %d",
                        settings.speed(), Text.hundredths(settings.rate()), settings.seed()),
                "lost = 0; nothing twice but posts since the last commit, which is at most "
                        + settings.commitWithin().toMillis() + " ms ago");
        report.say("kills", settings.kills());
        for (Phase phase : Phase.values()) report.say("during " + phase, phases.getOrDefault(phase, 0));
        Duration passed = shifted.plus(took.multipliedBy(settings.speed()));
        report.say("h of X's time passed", passed.toMillis() / 3.6e6)
                .say("h longest outage", longestOutage.toMillis() / 3.6e6)
                .say("posts", expected)
                .say("lost", judge.lost())
                .say("lost and in the ledger", judge.lostInLedger())
                .say("handed twice", judge.twice())
                .say("again, not committed before a kill", judge.again())
                .say("ms the latest commit after its post", judge.latestCommitMillis());
        for (Verdict verdict : Verdict.values()) {
            long count = ledger.stream().filter(gap -> gap.verdict() == verdict).count();
            if (count > 0) report.say("gaps " + verdict, count);
        }
        report.say("s", took.toSeconds())
                .misses(failures)
                .misses(judge.misses())
                .must(judge.latestCommitMillis() <= settings.commitWithin().toMillis(), "a commit was too late")
                .must(
                        ledger.stream().noneMatch(gap -> gap.verdict() == Verdict.OPEN),
                        "there are gaps without a verdict");
        keepsFiles = !report.holds();
        return report.must(!keepsFiles, "the processes' files are kept in " + scratch.path());
    }

    @Override
    public void close() throws IOException {
        if (child != null) child.close();
        x.close();
        if (!keepsFiles) scratch.close();
    }
}
