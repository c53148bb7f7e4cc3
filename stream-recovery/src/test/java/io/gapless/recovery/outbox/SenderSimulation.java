package io.gapless.recovery.outbox;

import io.gapless.recovery.Machine;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.outbox.SenderFailure.Kind;
import io.gapless.stream.seam.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A bad day of sending in virtual time, decided by a seed: the whole sender, with a real outbox, between a simulated table
 * and a simulated receiver, on one thread. Faults strike until the calm begins; in the calm everything must be made good.
 *
 * <pre>
 *  seed ──▶ {@link SenderDay} ──▶ {@link SimulatedTable} ──polls──▶ sender ──requests──▶ {@link SimulatedReceiver}
 *                                     └────────▶ {@link SenderJudge} ◀── events ┘ └─▶ {@link FragileDisk}  │
 *                                                       ▲──────────────────────────────────────────────────┘
 * </pre>
 */
final class SenderSimulation {
    private static final Duration LOOK_EVERY = Duration.ofMinutes(10);
    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SUPERVISED = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofHours(5);

    private final long seed;
    private final VirtualTime world = new VirtualTime(SenderDay.START);
    private final SenderLog log = new SenderLog(world);
    private final SenderDay day;
    private final SenderStrikes strikes;
    private final SenderJudge judge;
    private final SimulatedTable table;
    private final SimulatedReceiver receiver;
    private final FragileDisk disk;
    private final Random chance;
    private Duration clockAhead;
    private Instant sourceSetAt = SenderDay.START;
    private @Nullable Machine machine;
    private @Nullable Sender sender;
    private int lives;

    private SenderSimulation(long seed, Path directory) {
        this.seed = seed;
        Random draws = new Random(seed);
        this.day = new SenderDay(new Random(draws.nextLong()));
        this.strikes = new SenderStrikes(day, new Random(draws.nextLong()));
        this.judge = new SenderJudge(world, day, log);
        this.table = new SimulatedTable(world, day, strikes, new Random(draws.nextLong()));
        this.receiver = new SimulatedReceiver(world, day, strikes, new Random(draws.nextLong()), judge);
        this.chance = new Random(draws.nextLong());
        this.disk = new FragileDisk(directory, this::dieInCommit);
        this.clockAhead = day.machineAhead;
        judge.table = table;
        judge.receiver = receiver;
        table.watcher = judge;
    }

    /**
     * Lives through a day.
     *
     * @param seed decides all of it
     * @param work where the outbox may lie
     * @return what came of it; the same seed gives the same
     */
    static SenderOutcome run(long seed, Path work) {
        Path directory = work.resolve("day" + seed);
        try {
            return new SenderSimulation(seed, directory).run();
        } finally {
            delete(directory);
        }
    }

    /** In memory, where there is such a place: a real outbox waits for its disk at each commit. */
    static Path work() {
        Path memory = Path.of("/dev/shm");
        try {
            return Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "gapless-days")
                    : Files.createTempDirectory("gapless-days");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path directory) {
        if (!Files.exists(directory)) return;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SenderOutcome run() {
        try {
            live();
        } catch (RuntimeException | Error defect) {
            log.fail(Kind.DEFECT, trace(defect));
        } finally {
            if (sender != null) sender.close(Duration.ZERO);
        }
        return new SenderOutcome(
                seed,
                day.toString(),
                List.copyOf(log.failures()),
                log.linesThatMatter(),
                log.hash(),
                Duration.between(SenderDay.START, day.end),
                table.versions.size(),
                table.polls,
                receiver.requests,
                lives,
                strikes.counts());
    }

    private static String trace(Throwable defect) {
        StringBuilder trace = new StringBuilder(defect.toString());
        for (StackTraceElement frame : defect.getStackTrace())
            if (trace.length() < 1_500) trace.append(" at ").append(frame);
        return trace.toString();
    }

    private void live() {
        if (day.has(SenderFault.MACHINE_AHEAD_AT_START)) {
            strikes.count(SenderFault.MACHINE_AHEAD_AT_START);
            world.after(SenderDay.between(chance, MOMENT, Duration.ofHours(20)), () -> setClock(Duration.ZERO));
        }
        if (day.has(SenderFault.SOURCE_SKEWED)) strikes.count(SenderFault.SOURCE_SKEWED);
        table.begin();
        start();
        for (SenderFault fault : SenderFault.values()) if (fault.isMoment() && day.has(fault)) await(fault);
        passUntil(day.calmAt);
        calm();
        passUntil(day.end);
        judge.checkEnd();
    }

    private void passUntil(Instant moment) {
        while (world.instant().isBefore(moment)) {
            Duration left = Duration.between(world.instant(), moment);
            try {
                world.advance(left.compareTo(LOOK_EVERY) < 0 ? left : LOOK_EVERY);
            } catch (Crash crash) {
                bury(SenderDay.between(chance, MOMENT, HOUR));
            }
            judge.look(world.instant().isBefore(table.downUntil) || day.has(SenderFault.SOURCE_FAILS_MIDWAY));
        }
    }

    private void calm() {
        log.say("*** the calm begins");
        strikes.calm();
        receiver.calm();
        table.calm();
        disk.calm();
        setSource(day.sourceSkew);
        setClock(Duration.ZERO);
        if (machine != null && machine.isDead()) bury(MOMENT);
        start();
        judge.resent();
        world.after(Duration.ofMinutes(1), this::resendAll);
        world.after(Duration.between(day.calmAt, day.end).dividedBy(2), this::resendAll);
    }

    private void resendAll() {
        if (sender == null || isDead() || table.isAnswering) return;
        judge.resent();
        try {
            sender.resendAll();
        } catch (StateException e) {
            log.say("*** nothing is resent: " + e.getMessage());
        }
    }

    // ---- the process
    // -------------------------------------------------------------------------------------------------

    private boolean isDead() {
        return machine == null || machine.isDead();
    }

    private void start() {
        if (machine != null) return;
        lives++;
        log.say("*** the process starts");
        Machine on = new Machine(world, clockAhead);
        machine = on;
        try {
            sender = build(on);
            judge.begins(on, sender);
            sender.start();
        } catch (StateException e) {
            log.say("*** it cannot start: " + e.getMessage());
            machine = null;
            world.after(SUPERVISED, this::start);
        }
    }

    private Sender build(Machine on) {
        Sender.Builder builder = Sender.builder()
                .stateDirectory(disk.directory())
                .lockWait(Duration.ZERO)
                .to(URI.create("http://127.0.0.1:1"))
                .source(table.source(on))
                .schedule(day.schedule)
                .settle(day.settle)
                .overlap(day.overlap)
                .grace(day.grace)
                .batch(day.batchRecords, 1 << 20)
                .tries(day.tries, Duration.ofSeconds(2))
                .tryAgainEvery(day.tryAgainEvery)
                .requestTimeout(day.requestTimeout)
                .acknowledge(day.acknowledgement)
                .disk(disk::of)
                .seams(s -> s.time(on).transport(receiver))
                .onEvent(event -> {
                    if (!on.isDead()) judge.onEvent(event);
                });
        if (day.byService) builder.oneRequestPerService();
        day.since.ifPresent(builder::since);
        return builder.build();
    }

    private boolean dieInCommit() {
        if (isDead()) return false;
        log.say("*** the process dies in a commit");
        machine.die();
        return true;
    }

    /** What a process that died held is the system's again; it is started again after a while. */
    private void bury(Duration down) {
        Sender dead = sender;
        log.say("*** the process is dead");
        machine = null;
        sender = null;
        judge.ends();
        if (dead != null) dead.close(Duration.ZERO);
        world.after(down, this::start);
    }

    private void kill() {
        if (isDead()) return;
        machine.die();
        bury(length(MOMENT, LONG));
    }

    private void restart(Duration down) {
        Sender ending = sender;
        if (ending == null || isDead()) return;
        log.say("*** the process is closed");
        judge.closes();
        ending.close();
        machine.die();
        machine = null;
        sender = null;
        judge.ends();
        world.after(down, this::start);
    }

    // ---- what goes wrong
    // -------------------------------------------------------------------------------------------------

    private void await(SenderFault fault) {
        Duration mean = day.every.get(fault);
        Duration next = Duration.ofMillis((long) (-Math.log(1 - chance.nextDouble()) * mean.toMillis()));
        world.after(next, () -> {
            if (!world.instant().isBefore(day.calmAt)) return;
            await(fault);
            log.say("*** " + fault);
            if (strike(fault)) strikes.count(fault);
        });
    }

    private Duration length(Duration min, Duration max) {
        return SenderDay.between(chance, min, max);
    }

    private boolean done(Runnable what) {
        what.run();
        return true;
    }

    /** Returns whether there was anything to strike. */
    private boolean strike(SenderFault fault) {
        boolean isUp = !isDead() && sender != null && !table.isAnswering;
        return switch (fault) {
            case NOT_THERE, SILENT, ERRORS, LIMITED, UNWELCOME, PAGE, SAYS_NO, MALFORMED, REFUSES_ALL, REFUSES_SOME ->
                done(() -> receiver.behave(fault, length(Duration.ofMinutes(1), LONG)));
            case SOURCE_DOWN -> done(() -> table.downUntil = world.instant().plus(length(MOMENT, LONG)));
            case REPLICA_LAGS -> done(() -> table.isReplica = !table.isReplica);
            case SOURCE_AHEAD -> moveSource(length(Duration.ofMinutes(20), Duration.ofDays(2)));
            case SOURCE_BEHIND ->
                moveSource(
                        chance.nextBoolean()
                                ? length(Duration.ofMinutes(20), Duration.ofDays(2))
                                        .negated()
                                : day.overlap.plus(partOfSlot(0.1, 1)).negated());
            case CLOCK_SET ->
                done(() -> setClock(
                        length(Duration.ofMinutes(1), Duration.ofDays(3)).multipliedBy(chance.nextBoolean() ? 1 : -1)));
            case CRASH -> !isDead() && done(this::kill);
            case CRASH_BEFORE_COMMIT -> isUp && done(() -> disk.crashAtCommit(chance.nextInt(8), false));
            case CRASH_AFTER_COMMIT -> isUp && done(() -> disk.crashAtCommit(chance.nextInt(8), true));
            case CRASH_IN_POLL -> {
                table.crashInPoll = isUp;
                yield false;
            }
            case RESTART -> isUp && done(() -> restart(length(MOMENT, LONG)));
            case PUT_BACK -> isUp && putBack();
            case DISK_FAILS -> isUp && done(this::failDisk);
            case SEND_ONCE -> isUp && done(this::sendOnce);
            case RESEND -> isUp && done(this::resendAll);
            case SEND_AGAIN -> isUp && done(this::sendAgain);
            case PREVIEW -> isUp && done(judge::preview);
            default -> throw new AssertionError(fault + " strikes by chance");
        };
    }

    private boolean putBack() {
        restart(length(MOMENT, HOUR));
        boolean first = chance.nextInt(3) == 0;
        if (first || !disk.putBack()) {
            disk.copy();
            return false;
        }
        log.say("*** the copy is put back");
        judge.putBack();
        return true;
    }

    private void failDisk() {
        disk.failing = true;
        judge.keep(Duration.ZERO);
        world.after(length(MOMENT, Duration.ofMinutes(3)), () -> {
            disk.failing = false;
            judge.keep(Duration.ZERO);
        });
    }

    private void sendOnce() {
        Duration atMost = List.of(Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofMinutes(15))
                .get(chance.nextInt(3));
        judge.asks(sender.sendOnce(atMost), atMost);
    }

    private void sendAgain() {
        Instant from = table.now().minus(length(Duration.ofMinutes(5), Duration.ofDays(2)));
        judge.resent();
        try {
            sender.sendAgain(from, from.plus(length(Duration.ofMinutes(5), Duration.ofDays(2))));
        } catch (StateException e) {
            log.say("*** nothing is sent again: " + e.getMessage());
        }
    }

    private boolean moveSource(Duration by) {
        // One clock at a time.
        if (!table.clockAhead.equals(day.sourceSkew)) return false;
        setSource(day.sourceSkew.plus(by));
        Duration until =
                chance.nextBoolean() ? length(Duration.ofMinutes(1), LONG.multipliedBy(2)) : partOfSlot(0.5, 1.5);
        world.after(until, () -> setSource(day.sourceSkew));
        return true;
    }

    /** As long as the distance of the slots, by a factor. */
    private Duration partOfSlot(double min, double max) {
        double factor = min + (max - min) * chance.nextDouble();
        return Duration.ofMillis((long) (day.schedule.every().toMillis() * factor));
    }

    private void setSource(Duration ahead) {
        if (table.clockAhead.equals(ahead)) return;
        log.say("*** the source's clock is " + ahead + " ahead");
        // What was stamped behind what is read again, by a clock that no poll has met, nobody can find.
        // Nor can anybody if this machine's clock was set, too, or if that poll is forgotten with a copy that is
        // restored.
        boolean forgotten = day.has(SenderFault.CLOCK_SET)
                || day.has(SenderFault.MACHINE_AHEAD_AT_START)
                || day.has(SenderFault.PUT_BACK);
        if (table.clockAhead.compareTo(ahead) < 0)
            table.unpromise(forgotten ? sourceSetAt : latest(sourceSetAt, judge.collectedAt()));
        sourceSetAt = world.instant();
        table.clockAhead = ahead;
        judge.clockSet();
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private void setClock(Duration ahead) {
        if (clockAhead.equals(ahead)) return;
        log.say("*** this machine's clock is " + ahead + " ahead");
        clockAhead = ahead;
        if (machine != null) machine.clockAhead = ahead;
        judge.clockSet();
    }
}
