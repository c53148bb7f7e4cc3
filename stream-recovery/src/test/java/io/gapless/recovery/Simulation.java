package io.gapless.recovery;

import io.gapless.recovery.state.MemoryStateStore;
import io.gapless.stream.Health;
import io.gapless.stream.Overflow;
import io.gapless.stream.StreamEvent;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.OptionalDouble;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A bad day in virtual time, decided by a seed: the whole library against a simulated X, on one thread. Faults strike
 * until the calm begins; in the calm everything must be made good. Checks from outside watch every event, request and
 * post.
 *
 * <pre>
 *  seed ──▶ {@link BadDay} ──▶ {@link Troubles} at moments ──────┐   ┌──▶ {@link EventCheck}, {@link WireCheck}
 *                     ├──▶ {@link TroubledX} by request ───▶ library ──▶ {@link Handover}, {@link ProgressCheck}, {@link MoneyCheck}
 *                     └──▶ {@link FragileStore}, {@link Machine} ┘   └──▶ {@link LedgerCheck} at the end
 * </pre>
 */
final class Simulation {
    static final Duration LENGTH = Duration.ofHours(30);
    /** Long enough for what is tried once a day. */
    private static final Duration LONG = Duration.ofHours(72);

    private static final int LONG_EVERY = 12;
    private static final Duration LOOK_EVERY = Duration.ofMinutes(10);
    /** What comes so late in the day may still be on its way. */
    private static final Duration TAIL = Duration.ofMinutes(3);
    /** The first connect of a new state takes so long; what was before it is not promised. */
    private static final Duration FIRST_CONNECT = Duration.ofSeconds(2);
    /** What one slice of search may bring at once, in posts and bytes of a post. */
    private static final long SLICE_BYTES = 10_000L * 400;

    final VirtualTime time = new VirtualTime(BadDay.START);
    final RunLog log = new RunLog(time);
    final FragileStore store = new FragileStore(new MemoryStateStore(time), time);
    final TroubledX x;
    final Handover handover;

    private final long seed;
    private final BadDay day;
    private final Strikes strikes;
    private final WireCheck wire;
    private final ProgressCheck progress;
    private final MoneyCheck money;
    private final Random chance;

    /** What the token source returns. */
    private String token = TroubledX.FIRST_TOKEN;

    private Duration clockAhead;
    private Duration jumpedAhead = Duration.ZERO;
    private @Nullable Life life;
    private int lives;
    private int outages;

    /** The process from a start to its end. */
    private final class Life {
        final Machine machine = new Machine(time, clockAhead);
        final EventCheck events = new EventCheck(
                log,
                time::nanoTime,
                () -> time.nanoTime() + jumpedAhead.toNanos(),
                () -> x.grantsAll() && !x.hasRefusedLately(),
                day.cutsLines(),
                store.remembered().gaps());
        final GaplessStream stream;

        Life() {
            machine.driftPpm = day.driftPpm;
            GaplessStream.Builder builder = GaplessStream.builder()
                    .bearerToken(() -> token)
                    .store(store)
                    .access(day.access)
                    .overlap(day.overlap)
                    .maxRecoveredPosts(day.postsMax)
                    .batchHandler(day.batchMax, handover.in(machine))
                    .onEvent(this::onEvent)
                    .time(machine)
                    .transport(x.x)
                    .chance(chance)
                    .connections(day.connections)
                    .stallTimeout(day.stallTimeout)
                    .connectBudget(day.connectBudget)
                    .inboxMaxBytes(day.inboxMaxBytes)
                    .overflow(day.spills ? new MemoryOverflow(day.inboxMaxBytes) : Overflow.NONE);
            day.since.ifPresent(builder::since);
            stream = builder.build();
        }

        private void onEvent(StreamEvent event) {
            events.onEvent(event);
            wire.onEvent(event, x.x);
            handover.onEvent(event);
            progress.onEvent(event, machine);
        }
    }

    private Simulation(long seed, Duration length, OptionalDouble postsEachHour) {
        this.seed = seed;
        Random draws = new Random(seed);
        this.day = new BadDay(new Random(draws.nextLong()), length, postsEachHour);
        this.strikes = new Strikes(day, new Random(draws.nextLong()));
        this.wire = new WireCheck(time, day, store, log);
        SimulatedX simulated = new SimulatedX(time, draws.nextLong());
        day.write(simulated.posts, new Random(draws.nextLong()));
        this.x = new TroubledX(simulated, day, new Random(draws.nextLong()), strikes, wire);
        this.handover = new Handover(time, day, simulated, store, strikes, log);
        this.progress = new ProgressCheck(time, store, log);
        this.money = new MoneyCheck(time, day, log);
        simulated.seller = money::sold;
        this.chance = new Random(draws.nextLong());
        this.clockAhead = day.clockAhead;
    }

    /** Some days are long. */
    static Duration length(long seed) {
        return Math.floorMod(seed, LONG_EVERY) == LONG_EVERY - 1 ? LONG : LENGTH;
    }

    /**
     * Lives through a day.
     *
     * @param seed decides all of it
     * @param length virtual time
     * @return what came of it; the same seed and length give the same
     */
    static Outcome run(long seed, Duration length) {
        return new Simulation(seed, length, OptionalDouble.empty()).run();
    }

    /** The same with a steady volume, instead of what the seed would draw. */
    static Outcome run(long seed, Duration length, double postsEachHour) {
        return new Simulation(seed, length, OptionalDouble.of(postsEachHour)).run();
    }

    private Outcome run() {
        try {
            live();
        } catch (RuntimeException | Error defect) {
            log.fail(Failure.Kind.DEFECT, trace(defect));
        }
        return outcome();
    }

    private static String trace(Throwable defect) {
        StringBuilder trace = new StringBuilder(defect.toString());
        for (StackTraceElement frame : defect.getStackTrace()) {
            if (trace.length() < 1_500) trace.append(" at ").append(frame);
        }
        return trace.toString();
    }

    private void live() {
        start();
        new Troubles(this, day, new Random(chance.nextLong()), strikes).begin();
        look();
        passUntil(day.calmAt);
        calm();
        passUntil(BadDay.START.plus(day.length));
        checkHealth();
        new LedgerCheck(day, x, handover, store, log)
                .check(
                        day.since.orElse(BadDay.START.plus(FIRST_CONNECT)),
                        time.instant().minus(TAIL));
        end();
    }

    /** A suspended machine makes the day longer on its own clock; it counts by X's. */
    private void passUntil(Instant moment) {
        while (time.instant().isBefore(moment)) {
            Duration left = Duration.between(time.instant(), moment);
            time.advance(left.compareTo(LOOK_EVERY) < 0 ? left : LOOK_EVERY);
        }
    }

    private void calm() {
        log.say("*** the calm begins");
        strikes.calm();
        x.calm();
        takeNewToken();
        store.full(false);
        start();
    }

    // ---- the process
    // -------------------------------------------------------------------------------------------------

    boolean isUp() {
        return life != null;
    }

    /** Starts the process, if it does not run. */
    private void start() {
        if (life != null) return;
        lives++;
        log.say("*** the process starts");
        wire.newLife();
        life = new Life();
        life.stream.start();
    }

    /** {@code kill -9}; started again after a while. */
    void kill(Duration down) {
        Life dying = life;
        if (dying == null) return;
        dying.machine.die();
        money.forgotten(store.isFull());
        over(dying);
        x.x.clientGone();
        time.after(down, this::start);
    }

    /** An orderly end; started again after a while. */
    void restart(Duration down) {
        end();
        time.after(down, this::start);
    }

    private void end() {
        Life ending = life;
        if (ending == null) return;
        over(ending);
        ending.stream.close();
        // What a handler that has not come back does now is as good as not done.
        ending.machine.die();
    }

    private void over(Life ended) {
        life = null;
        outages += ended.events.outages();
        clockAhead = ended.machine.clockAhead;
    }

    // ---- the machine
    // -------------------------------------------------------------------------------------------------

    void setClock(Duration by) {
        clockAhead = clockAhead.plus(by);
        if (life != null) life.machine.clockAhead = life.machine.clockAhead.plus(by);
        if (!by.isNegative()) jumpedAhead = jumpedAhead.plus(by);
    }

    /** The machine sleeps while the world goes on. */
    void suspend(Duration length) {
        x.x.blackHole();
        time.jumpWallClock(length);
        jumpedAhead = jumpedAhead.plus(length);
    }

    /** The token source returns the token that X accepts. */
    void takeNewToken() {
        token = x.token();
    }

    // ---- looks
    // -------------------------------------------------------------------------------------------------------

    private void look() {
        time.after(LOOK_EVERY, this::look);
        if (life == null) return;
        long held = life.stream.health().inboxBytes();
        long pushes = 2L * x.x.largestPush() * (day.connections + 2);
        long allowed = day.inboxMaxBytes + pushes + (wire.searches() > 0 ? SLICE_BYTES : 0);
        if (held > allowed) log.fail(Failure.Kind.OVER_MEMORY, held + " bytes are held of " + allowed);
    }

    private void checkHealth() {
        if (life == null) {
            log.fail(Failure.Kind.NOT_CONVERGED, "the process does not run");
            return;
        }
        Health health = life.stream.health();
        if (health.state() != Health.State.LIVE || health.handlerDown() || health.inboxPosts() > 0) {
            log.fail(Failure.Kind.NOT_CONVERGED, "it is not well: " + health);
        }
    }

    private Outcome outcome() {
        day.faults.stream().filter(fault -> isOfTheDay(fault)).forEach(strikes::count);
        strikes.count(Fault.POST_TWICE, x.x.twiceSent());
        strikes.count(Fault.SLOT_STAYS_TAKEN, day.zombieFor.isZero() ? 0 : x.x.refusedAsFull());
        strikes.count(x.x.jobsEvict ? Fault.JOB_COSTS_LIVE : Fault.SECOND_COSTS_FIRST, x.x.evicted());
        return new Outcome(
                seed,
                day.toString(),
                log.failures(),
                log.linesThatMatter(),
                log.hash(),
                day.length,
                handover.delivered(),
                store.ledger(Instant.MIN, Integer.MAX_VALUE).size(),
                outages,
                lives,
                wire.jobs(),
                wire.searches(),
                strikes.counts());
    }

    private static boolean isOfTheDay(Fault fault) {
        return switch (fault) {
            case POSTS_LATE, BURSTS, CLOCK_WRONG, CLOCK_DRIFTS -> true;
            default -> false;
        };
    }

    /** A spill file without a disk. */
    private static final class MemoryOverflow implements Overflow {
        private final ArrayDeque<byte[]> records = new ArrayDeque<>();
        private final long maxBytes;
        private long bytes;

        MemoryOverflow(long maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public boolean add(byte[] record) {
            if (bytes + record.length > maxBytes) return false;
            bytes += record.length;
            return records.add(record);
        }

        @Override
        public byte @Nullable [] poll() {
            byte[] record = records.poll();
            if (record != null) bytes -= record.length;
            return record;
        }

        @Override
        public void clear() {
            records.clear();
            bytes = 0;
        }

        @Override
        public long heldBytes() {
            return bytes;
        }

        @Override
        public long maxBytes() {
            return maxBytes;
        }
    }

    /** Prints what came of one seed: {@code <seed> [all]}. */
    public static void main(String[] args) {
        long seed = Long.parseLong(args[0]);
        Simulation simulation = new Simulation(seed, length(seed), OptionalDouble.empty());
        Outcome outcome = simulation.run();
        if (args.length > 1) simulation.log.lines().forEach(System.out::println);
        System.out.print(outcome.describe());
    }
}
