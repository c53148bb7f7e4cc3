package io.gapless.recovery;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.state.SimulatedDatabase;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Hours of two hosts with one shared state, and what can go wrong with them, decided by a seed. A sink that remembers the
 * greatest term, and refuses smaller ones, takes the posts.
 */
final class HostsDay {
    /** What is done to a host, to the database, or to X. */
    enum Strike {
        KILL,
        KILL_BOTH,
        RESTART_LOOP,
        PAUSE,
        PAUSE_IN_HANDLER,
        CUT_FROM_DATABASE,
        DATABASE_ANSWERS_CUT,
        DATABASE_AWAY,
        ANSWER_LOST,
        DATABASE_SLOW,
        CONNECTION_RESET,
        X_UNREACHABLE,
        X_ANSWERS_CUT,
        X_REQUESTS_CUT,
        RIGHTS_LOST,
        CLOCK_SET,
        CLOSE
    }

    private static final Instant START = World.START;
    private static final Duration LENGTH = Duration.ofHours(3);
    /** Nothing goes wrong in the end, so that all work can end, too. */
    private static final Duration CALM = Duration.ofMinutes(40);

    private static final Instant CALM_AT = START.plus(LENGTH).minus(CALM);

    private static final Duration LEASE = Duration.ofSeconds(5);
    private static final Duration FOLLOWS_WITHIN = Duration.ofSeconds(1);
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int CONNECTS_MAX = 50;
    private static final double POSTS_PER_SECOND = 0.5;

    private final Random chance;
    /** Whether who stands by keeps a connection. */
    private final boolean warm;

    private final VirtualTime time = new VirtualTime(START);
    private final SimulatedX x;
    private final SimulatedDatabase database = new SimulatedDatabase(time, LEASE);
    private final List<Host> hosts = List.of(new Host("a"), new Host("b"));
    private final Map<Strike, Integer> strikes = new EnumMap<>(Strike.class);
    private final List<String> failures = new ArrayList<>();

    private final Set<Long> sink = new HashSet<>();
    private long newestTerm;
    private long twice;
    private int refusedCalls;
    private int terms;
    private int warmTerms;

    private HostsDay(long seed) {
        warm = seed % 2 == 1;
        chance = new Random(seed);
        x = new SimulatedX(time, seed);
        x.connectionsMax = 2;
        x.posts.steady(START, START.plus(LENGTH), POSTS_PER_SECOND);
        // A chance of its own, so that the strikes of a seed stay the same.
        Random clocks = new Random(~seed);
        if (clocks.nextInt(3) == 0) hosts.forEach(host -> host.clockAhead = aFewMinutes(clocks));
    }

    private static Duration aFewMinutes(Random chance) {
        return Duration.ofSeconds(chance.nextInt(600) - 300);
    }

    /**
     * What came of a day.
     *
     * @param failures what broke a promise; none if all were kept
     * @param twice how many posts the sink took twice
     * @param terms how often the stream was taken over
     * @param warmTerms how often it was taken over by a host whose connection was up
     */
    record Result(List<String> failures, Map<Strike, Integer> strikes, long twice, int terms, int warmTerms) {}

    static Result run(long seed) {
        return new HostsDay(seed).run();
    }

    private Result run() {
        hosts.forEach(Host::start);
        while (time.instant().isBefore(CALM_AT)) {
            time.advance(Duration.ofMillis(5_000 + chance.nextInt(90_000)));
            strike(Strike.values()[chance.nextInt(Strike.values().length)]);
        }
        database.away = false;
        setRights(SimulatedX.Right.GRANTED);
        for (Host host : hosts) host.calm();
        time.advance(CALM);
        judge();
        hosts.forEach(host -> host.stream.close());
        return new Result(failures, strikes, twice, terms, warmTerms);
    }

    private void strike(Strike strike) {
        strikes.merge(strike, 1, Integer::sum);
        Host host = hosts.get(chance.nextInt(hosts.size()));
        switch (strike) {
            case KILL -> host.kill();
            case KILL_BOTH -> hosts.forEach(Host::kill);
            case RESTART_LOOP -> host.loops = 3 + chance.nextInt(8);
            case PAUSE -> host.machine.pause(around(LEASE));
            case PAUSE_IN_HANDLER -> host.pauseNext = around(LEASE);
            case CUT_FROM_DATABASE -> {
                host.link.cut = true;
                time.after(around(LEASE.multipliedBy(2)), () -> host.link.cut = false);
            }
            case DATABASE_ANSWERS_CUT -> {
                host.link.cutAnswers(true);
                time.after(around(LEASE.multipliedBy(2)), () -> host.link.cutAnswers(false));
            }
            case DATABASE_AWAY -> loseDatabase(Duration.ofMinutes(1));
            case ANSWER_LOST -> host.link.losesAnswer = true;
            case DATABASE_SLOW -> {
                host.link.takes = Duration.ofMillis(chance.nextInt(3_000));
                time.after(around(Duration.ofSeconds(20)), () -> host.link.takes = Duration.ZERO);
            }
            case CONNECTION_RESET -> x.drop(Ending.Kind.RESET);
            case X_UNREACHABLE -> x.unreachable(around(Duration.ofSeconds(30)));
            case X_ANSWERS_CUT -> host.network.cutAnswers(around(Duration.ofSeconds(45)));
            case X_REQUESTS_CUT -> host.network.cutRequests(around(Duration.ofSeconds(45)));
            case RIGHTS_LOST -> {
                setRights(SimulatedX.Right.REFUSED_400);
                time.after(around(Duration.ofMinutes(1)), () -> setRights(SimulatedX.Right.GRANTED));
            }
            case CLOCK_SET -> host.machine.clockAhead = aFewMinutes(chance);
            case CLOSE -> close(host);
        }
    }

    private void loseDatabase(Duration about) {
        database.away = true;
        time.after(around(about), () -> database.away = false);
    }

    private void setRights(SimulatedX.Right right) {
        x.backfill = right;
        x.jobRight = right;
    }

    /** Who stands by follows a host that is closed at once, and not when its lease has run out. */
    private void close(Host host) {
        boolean held = host.stream.term() == newestTerm && newestTerm > 0 && !host.isHindered();
        host.stream.close(Duration.ofSeconds(2));
        long before = newestTerm;
        Host other = hosts.get(1 - hosts.indexOf(host));
        Machine standby = other.machine;
        if (held && !other.isHindered() && other.stream.health().state() == Health.State.STANDING_BY)
            time.after(FOLLOWS_WITHIN, () -> {
                boolean same = other.machine == standby && !other.isHindered() && !host.isHindered();
                if (same && database.term() == before) fail("nobody has followed the host that was closed");
            });
    }

    private Duration around(Duration length) {
        return Duration.ofMillis((long) (length.toMillis() * (0.3 + 2.7 * chance.nextDouble())));
    }

    private void fail(String what) {
        failures.add(time.instant() + " " + what);
    }

    /** What the sink takes. */
    private void take(long term, long id, boolean paused) {
        if (term < newestTerm) {
            refusedCalls++;
            // No lease can recall a call that is under way. Any other one must not begin.
            if (!paused) fail("a post of term " + term + " after one of term " + newestTerm);
            throw new IllegalStateException("the sink knows a newer term");
        }
        if (term > newestTerm) terms++;
        newestTerm = term;
        if (sink.add(id)) return;
        twice++;
        if (database.isCommitted(id)) fail("post " + id + " came again after its commit");
    }

    private void judge() {
        long live = hosts.stream()
                .filter(host -> host.stream.health().state() == Health.State.LIVE)
                .count();
        if (live != 1) fail(live + " hosts are live in the end");
        List<Gap> gaps = database.disk().ledger(Instant.MIN, Integer.MAX_VALUE);
        for (Gap gap : gaps) if (gap.verdict() == Gap.Verdict.OPEN) fail("gap " + gap.id() + " is open in the end");
        for (long id : x.shouldHave(START.plusSeconds(10), time.instant().minusSeconds(60))) {
            if (sink.contains(id)) continue;
            Instant at = Snowflake.time(id);
            boolean written = gaps.stream().anyMatch(gap -> gap.lost().stream()
                    .anyMatch(part -> part.span().contains(at)));
            if (!written) fail("post " + id + " of " + at + " is lost in silence");
        }
        List<Instant> connects =
                x.liveAsked().stream().map(SimulatedX.Asked::at).toList();
        for (int i = 0; i + CONNECTS_MAX < connects.size(); i++) {
            Duration within = Duration.between(connects.get(i), connects.get(i + CONNECTS_MAX));
            if (within.compareTo(WINDOW) < 0) fail("more than 50 connects within 15 minutes");
        }
    }

    /** A host, on which a supervisor starts the process again whenever it has ended. */
    private final class Host {
        private final String name;
        final HostWire.Network network = new HostWire.Network(time);
        Machine machine;
        HostWire wire;
        SimulatedDatabase.Link link;
        GaplessStream stream;
        Duration pauseNext = Duration.ZERO;
        int loops;
        private Duration clockAhead = Duration.ZERO;

        Host(String name) {
            this.name = name;
        }

        void start() {
            Machine mine = new Machine(time, clockAhead);
            SimulatedDatabase.Link earlier = link;
            machine = mine;
            wire = new HostWire(x, mine, network);
            link = database.new Link(mine);
            if (earlier != null) link.inherit(earlier);
            GaplessStream.Builder builder = GaplessStream.builder();
            if (warm) builder.warmStandby();
            stream = builder.bearerToken("token")
                    .access(Access.ENTERPRISE)
                    .leased(link)
                    .seams(s -> s.transport(wire).chance(new Random(1)).time(mine))
                    .handler(this::handle)
                    .onEvent(event -> onEvent(mine, event))
                    .build();
            stream.start();
            if (loops > 0) {
                loops--;
                time.after(Duration.ofMillis(500 + chance.nextInt(8_000)), () -> {
                    if (machine == mine) kill();
                });
            }
        }

        private void handle(Post post) {
            Machine mine = machine;
            long term = stream.term();
            boolean paused = !pauseNext.isZero();
            if (paused) {
                Duration length = pauseNext;
                pauseNext = Duration.ZERO;
                mine.pause(length);
                time.sleep(length);
            }
            if (mine.isDead()) throw new IllegalStateException("the process has died");
            take(term, post.id(), paused);
        }

        private void onEvent(Machine mine, StreamEvent event) {
            if (event instanceof RecoveryEvent.TookOver) {
                if (stream.health().connectionsLive() > 0) warmTerms++;
                failDatabaseSometimes();
            }
            boolean ended = event instanceof StreamEvent.Closed || event instanceof StreamEvent.Failed;
            if (!ended || mine.isDead() || machine != mine) return;
            GaplessStream old = stream;
            time.after(Duration.ofSeconds(1 + chance.nextInt(5)), () -> {
                if (machine != mine || mine.isDead()) return;
                old.close();
                // A close takes its time. Meanwhile another event, or a strike, may have started the process again.
                if (machine != mine || mine.isDead()) return;
                clockAhead = mine.clockAhead;
                start();
            });
        }

        /** A database fails most easily when its work changes hands. */
        private void failDatabaseSometimes() {
            if (!time.instant().isAfter(CALM_AT) && chance.nextInt(4) == 0) loseDatabase(LEASE);
        }

        void kill() {
            if (machine.isDead()) return;
            Machine mine = machine;
            clockAhead = mine.clockAhead;
            mine.die();
            wire.gone();
            time.after(Duration.ofSeconds(1 + chance.nextInt(20)), () -> {
                if (machine == mine) start();
            });
        }

        /** Whether something keeps it from taking or giving back the stream. */
        private boolean isHindered() {
            return machine.isDead()
                    || machine.pausedNanos() > 0
                    || link.cut
                    || link.isAnswersCut()
                    || database.away
                    || link.losesAnswer
                    || !link.takes.isZero()
                    || !pauseNext.isZero();
        }

        void calm() {
            loops = 0;
            pauseNext = Duration.ZERO;
            network.mend();
            link.cut = false;
            link.cutAnswers(false);
            link.losesAnswer = false;
            link.takes = Duration.ZERO;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
