package io.gapless.recovery;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.state.MemoryStateStore;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.VirtualTime;
import io.gapless.stream.spi.Overflow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A bad day in virtual time, decided by a seed: the whole library against a simulated X, on one thread. Faults strike
 * until the calm begins; in the calm everything must be made good. Checks from outside watch every event, request and
 * post.
 *
 * <pre>
 *  seed ──▶ {@link BadDay} ──▶ {@link Troubles} at moments ──────┐   ┌──▶ {@link EventCheck}, {@link WireCheck}
 *                     ├──▶ {@link TroubledX} by request ───▶ library ──▶ {@link Handover}, {@link ProgressCheck}, {@link MoneyCheck}
 *                     └──▶ {@link FragileStore}, {@link Machine} ┘   └──▶ {@link HandCheck}, {@link LedgerCheck} at the end
 * </pre>
 */
final class Simulation {
    static final Duration LENGTH = Duration.ofHours(30);
    /** Long enough for what is tried once a day. */
    private static final Duration FRONTIER_BEHIND_MAX = Duration.ofMinutes(2);

    private static final Duration LONG = Duration.ofHours(72);

    private static final int LONG_EVERY = 12;
    /** One day in so many fills its inbox. */
    private static final int FULL_EVERY = 16;

    private static final Duration LOOK_EVERY = Duration.ofMinutes(10);
    /** What comes so late in the day may still be on its way. */
    private static final Duration TAIL = Duration.ofMinutes(3);
    /** The first connect of a new state takes so long; what was before it is not promised. */
    private static final Duration FIRST_CONNECT = Duration.ofSeconds(2);
    /** When a process is started again that could not start. */
    private static final Duration SUPERVISED = Duration.ofMinutes(1);
    /** The drain of a plain close. */
    private static final Duration CLOSE = Duration.ofMillis(500);
    /** When the program looks after itself once it was told that its stream has ended. */
    private static final Duration OVER = Duration.ofSeconds(1);
    /** What one slice of search may bring at once, in posts and bytes of a post. */
    private static final long SLICE_POSTS = 10_000;

    private static final long POST_BYTES = 400;

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
    private final HandCheck hand;
    private final Random chance;
    /** For what the program itself touches, so that it changes no other draw. */
    private final Random edge;

    final ProgramTokens tokens;

    /** What the token source returns. */
    private String token = TroubledX.FIRST_TOKEN;

    private Duration clockAhead;
    private Duration jumpedAhead = Duration.ZERO;
    private @Nullable Life life;
    private int lives;
    private long startedNanos;
    private int outages;
    private boolean endedCleanly;

    /** The process from a start to its end. */
    private final class Life {
        final Machine machine = new Machine(time, clockAhead);
        final EventCheck events = new EventCheck(
                log,
                time::nanoTime,
                () -> time.nanoTime() + jumpedAhead.toNanos(),
                () -> x.grantsAll() && !x.hasRefusedLately(),
                day,
                store.disk().remembered().gaps());
        final Closers closers = new Closers(time, machine, strikes, log, this::close);
        final FragileSpill spill = new FragileSpill(Simulation.this, machine, closers, day.overlap, day.inboxMaxBytes);
        final GaplessStream stream;
        /** How long the program stays down after it has closed its stream. */
        private Duration downAfterClose = Duration.ZERO;

        Life() {
            machine.driftPpm = day.driftPpm;
            machine.threadTakes = tokens::takes;
            store.usedBy(machine::running);
            GaplessStream.Builder builder = GaplessStream.builder()
                    .store(store)
                    .access(day.access)
                    .overlap(day.overlap)
                    .maxRecoveredPosts(day.postsMax)
                    .batchHandler(day.batchMax, closers.around(handover.in(machine, closers)))
                    .onEvent(this::onEvent)
                    .seams(s -> s.time(machine).transport(x.x).chance(chance))
                    .connections(day.connections)
                    .stallTimeout(day.stallTimeout)
                    .connectBudget(day.connectBudget)
                    .inboxMaxBytes(day.inboxMaxBytes)
                    .overflow(day.spills ? spill : Overflow.NONE);
            if (day.has(Fault.CLOSE_BY_HOOK)) builder.deadLetters(closers.hook());
            day.since.ifPresent(builder::since);
            x.declared.ifPresent(builder::rules);
            if (day.fetchesTokens) builder.apiKey("key", "secret");
            else builder.bearerToken(tokens::token);
            stream = builder.build();
        }

        private void onEvent(StreamEvent event) {
            events.onEvent(event);
            wire.onEvent(event, x.x);
            handover.onEvent(event);
            progress.onEvent(event, machine);
            money.onEvent(event);
            spill.onEvent(event);
            closers.onEvent(event);
            if (event instanceof StreamEvent.Closed) time.after(OVER, () -> ended(this));
        }

        private void close(Duration drain) {
            hand.closes(stream);
            stream.close(drain);
        }

        /** What a handler that has not come back does now is as good as not done. */
        private void closed() {
            if (machine.isDead()) return;
            handover.checkRemembered(closers.hasMissedCommit());
            hand.closed(stream);
            machine.die();
        }
    }

    private Simulation(long seed, Duration length, OptionalDouble postsEachHour) {
        this.seed = seed;
        Random draws = new Random(seed);
        this.edge = new Random(new SplittableRandom(seed).nextLong());
        boolean fillsInbox = Math.floorMod(seed, FULL_EVERY) == FULL_EVERY - 3;
        this.day = new BadDay(new Random(draws.nextLong()), edge, length, postsEachHour, fillsInbox);
        this.strikes = new Strikes(day, new Random(draws.nextLong()));
        this.wire = new WireCheck(time, day, store, log);
        SimulatedX simulated = new SimulatedX(time, draws.nextLong());
        day.write(simulated.posts, new Random(draws.nextLong()));
        this.x = new TroubledX(simulated, day, new Random(draws.nextLong()), strikes, wire);
        this.handover = new Handover(time, day, simulated, store, strikes, log);
        this.progress = new ProgressCheck(time, store, log);
        this.money = new MoneyCheck(time, day, store::isCommitted, () -> day.backfill == SimulatedX.Right.GRANTED, log);
        simulated.seller = money::sold;
        strikes.onStrike = money::struck;
        x.onCountRefused = money::disturbed;
        this.hand = new HandCheck(time, simulated, store, money, new Random(draws.nextLong()), log);
        store.failAtRandom(strikes::byChance);
        this.tokens = new ProgramTokens(time, new Random(edge.nextLong()), strikes, log, () -> token);
        simulated.onHang = this::hangs;
        simulated.onWait = tokens::checkWait;
        simulated.issuedToken = () -> token;
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
        new EdgeTroubles(this, day, edge).begin();
        look();
        passUntil(day.calmAt);
        calm();
        passUntil(BadDay.START.plus(day.length));
        checkHealth();
        hand.checkWrittenDown();
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
        store.unreadable(false);
        if (life != null) life.closers.calm();
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
        tokens.newLife();
        startedNanos = time.nanoTime();
        try {
            life = new Life();
        } catch (StateException unreadable) {
            log.say("*** it cannot read its state");
            time.after(SUPERVISED, this::start);
            return;
        }
        money.started(endedCleanly);
        endedCleanly = false;
        life.stream.start();
    }

    /** A person asks for a span of the past. */
    void recoverByHand() {
        if (life != null) hand.recover(life.stream, life.machine);
    }

    /** {@code kill -9}; started again after a while. */
    void kill(Duration down) {
        Life dying = life;
        if (dying == null) return;
        dying.machine.die();
        money.forgotten(store.isFull());
        hand.died();
        over(dying);
        x.x.clientGone();
        time.after(down, this::start);
    }

    /** An orderly end; started again after a while. */
    void restart(Duration down) {
        if (life == null || life.closers.isClosing()) return;
        endedCleanly = true;
        end();
        time.after(down, this::start);
    }

    private void end() {
        Life ending = life;
        if (ending == null) return;
        over(ending);
        ending.closers.close(CLOSE, true);
        ending.closed();
    }

    /** The program closes its stream somewhere, and is started again a while after its end. */
    void closeFrom(Closers.Place place, Fault fault, Duration drain, Duration down) {
        Life closing = life;
        if (closing == null || closing.closers.isClosing()) return;
        closing.downAfterClose = down;
        closing.closers.closeFrom(place, fault, drain, edge.nextBoolean());
    }

    /** Somebody else closes a stream that is being closed. */
    void closeOnceMore(Closers.Place place, Duration drain) {
        if (life == null || !life.closers.isClosing()) return;
        life.closers.closeFrom(place, Fault.CLOSE_TWICE, drain, edge.nextBoolean());
    }

    private void ended(Life ended) {
        // It has died meanwhile, or whoever ends it looks after the rest.
        if (life != ended) return;
        endedCleanly = ended.closers.hasEndedCleanly();
        over(ended);
        ended.closed();
        time.after(ended.downAfterClose, this::start);
    }

    private void over(Life ended) {
        life = null;
        outages += ended.events.outages();
        clockAhead = ended.machine.clockAhead;
    }

    /** Who runs the program changes its rules on X. */
    void changeRules(int which, String value) {
        strikes.count(Fault.RULES_CHANGED);
        log.say("*** RULES_CHANGED");
        x.x.ruleBook.change(time.instant(), which, value);
    }

    private void hangs(long sentNanos) {
        if (life != null && !life.closers.isClosing() && sentNanos >= startedNanos)
            log.fail(Failure.Kind.ATTEMPT_HANGS, "a request waits for a token since " + sentNanos / 1_000_000 + " ms");
    }

    // ---- the machine
    // -------------------------------------------------------------------------------------------------

    void setClock(Duration by) {
        clockAhead = clockAhead.plus(by);
        if (life != null) life.machine.clockAhead = life.machine.clockAhead.plus(by);
        if (!by.isNegative()) jumpedAhead = jumpedAhead.plus(by);
    }

    /** The handler does not keep up with what comes now, and what spills cannot be read back. */
    void loseSpill(Duration blocked, Optional<Duration> untilKill) {
        Life spilling = life;
        if (spilling == null) return;
        handover.blockNext = blocked;
        spilling.spill.lose(() -> {
            strikes.count(Fault.SPILL_LOST);
            log.say("*** the spill file cannot be read");
            untilKill.ifPresent(wait -> time.after(wait, () -> {
                if (life == spilling) kill(wait);
            }));
        });
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
        long allowed = day.inboxMaxBytes + pushes + (wire.searches() > 0 ? SLICE_POSTS * postBytes() : 0);
        if (held > allowed) log.fail(Failure.Kind.OVER_MEMORY, held + " bytes are held of " + allowed);
    }

    private long postBytes() {
        return POST_BYTES + (day.fillsInbox ? BadDay.LONG_POST_CHARS : 0);
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
        Duration behind = store.disk()
                .remembered()
                .frontier()
                .map(frontier -> Duration.between(frontier.at(), time.instant()))
                .orElse(Duration.ZERO);
        // Whoever starts then buys what has come since the frontier once more.
        if (behind.compareTo(FRONTIER_BEHIND_MAX) > 0)
            log.fail(Failure.Kind.NOT_CONVERGED, "the frontier is " + behind + " behind");
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
                store.disk().ledger(Instant.MIN, Integer.MAX_VALUE).size(),
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

    /** Prints what came of one seed: {@code <seed> [all]}. */
    public static void main(String[] args) {
        long seed = Long.parseLong(args[0]);
        Simulation simulation = new Simulation(seed, length(seed), OptionalDouble.empty());
        Outcome outcome = simulation.run();
        if (args.length > 1) simulation.log.lines().forEach(System.out::println);
        System.out.print(outcome.describe());
    }
}
