package io.gapless.recovery;

import io.gapless.recovery.SimulatedX.Right;
import io.gapless.recovery.plan.RecoveryPlanner;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;

/**
 * What a seed draws: the account, the options, the volume, and which faults the day knows and how often they strike. Each
 * seed leaves many faults out, so that the others show what they do when nothing hides it. Immutable.
 */
final class BadDay {
    static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration LAG_MAX = Duration.ofSeconds(25);
    /** What overlap must cover beside the lag: seconds are cut, and clocks known to two seconds. */
    private static final Duration CLOCK_MARGIN = Duration.ofSeconds(6);

    /** What is answered in the middle of a search that parks all of them. */
    private static final Set<Fault> ENDS_SEARCHES = EnumSet.of(
            Fault.OUT_OF_CREDITS,
            Fault.SPEND_CAP,
            Fault.TOKEN_REPLACED,
            Fault.PORTAL,
            Fault.ANSWERED_BETWEEN,
            Fault.SEARCH_TOKEN_REFUSED,
            Fault.TOKEN_REQUEST_FAILS);

    /** Some thirty such posts fill the smallest inbox. */
    static final int LONG_POST_CHARS = 2_000;

    final Duration length;
    /** From when on nothing goes wrong any more. */
    final Instant calmAt;

    final Set<Fault> faults = EnumSet.noneOf(Fault.class);
    /** How long until a fault strikes again, on average. */
    final Map<Fault, Duration> every = new EnumMap<>(Fault.class);
    /** How probable a fault is whenever there is an occasion. */
    final Map<Fault, Double> odds = new EnumMap<>(Fault.class);

    final boolean enterprise;
    final Access access;
    final Right backfill;
    final Right jobs;
    final int connections;
    final int connectionsMax;
    final Duration zombieFor;

    final Duration overlap;
    final Duration stallTimeout;
    final int connectBudget;
    final boolean fillsInbox;
    final long inboxMaxBytes;
    final int batchMax;
    final long postsMax;
    final Optional<Instant> since;
    final boolean spills;

    final Duration lagMax;
    final double postsPerHour;
    final int rules;
    /** How much later than the stream search finds a post: with the posts' own lag, within the overlap. */
    final Duration indexLag;
    /** How long after its answer a connection begins to bring what arrives, where only search can make that good. */
    final Duration liveBeginsAfter;
    /** Whether the stream is given its rules; otherwise it uses those that X holds. */
    final boolean declaresRules;
    /** Whether the stream is given the app's key and secret; otherwise it is given tokens. */
    final boolean fetchesTokens;

    final Duration clockAhead;
    final double driftPpm;

    /**
     * A day.
     *
     * @param edge draws what the program itself touches, and nothing else
     * @param postsEachHour instead of a volume that is drawn, and of bursts
     * @param fillsInbox whether the inbox is small and the posts are long, so that reading pauses while the handler is blocked
     */
    BadDay(Random chance, Random edge, Duration length, OptionalDouble postsEachHour, boolean fillsInbox) {
        this.length = length;
        this.fillsInbox = fillsInbox;
        // The calm must be long enough for the longest ladder and the slowest search.
        calmAt = START.plus(length).minus(Duration.ofHours(6));
        double wildness = chance.nextDouble();
        for (Fault fault : Fault.values()) {
            if (!fault.isOfTheEdge()) draw(fault, 0.05 + 0.4 * wildness, chance);
        }
        boolean hasEdge = edge.nextInt(3) == 0;
        for (Fault fault : Fault.values()) {
            if (fault.isOfTheEdge()) draw(fault, hasEdge ? 0.4 : 0, edge);
        }
        // A post that fails by chance six times, while others do not, would rightly be given up.
        odds.computeIfPresent(Fault.HANDLER_THROWS, (fault, odd) -> odd / 8);
        // What was bought is read once in a process and day, so at the usual odds this would hardly ever strike.
        odds.computeIfPresent(Fault.MONEY_UNREADABLE, (fault, odd) -> Math.min(0.9, 4 * odd));
        enterprise = chance.nextInt(3) > 0;
        Access right = enterprise ? Access.ENTERPRISE : Access.PAY_PER_USE;
        access = chance.nextInt(3) == 0 ? right : chance.nextInt(4) == 0 ? Access.ENTERPRISE : Access.AUTO;
        backfill = backfill(chance);
        jobs = jobs(chance);
        connections = 1 + chance.nextInt(2);
        connectionsMax = enterprise ? 2 : 1;
        zombieFor = has(Fault.SLOT_STAYS_TAKEN)
                ? between(chance, Duration.ofSeconds(1), Duration.ofMinutes(5))
                : Duration.ZERO;

        overlap = Duration.ofSeconds(List.of(30, 30, 60, 60, 120, 240).get(chance.nextInt(6)));
        stallTimeout = Duration.ofSeconds(List.of(25, 25, 45, 90).get(chance.nextInt(4)));
        connectBudget = List.of(50, 50, 50, 25).get(chance.nextInt(4));
        // Only a small inbox is ever full.
        int doublings = chance.nextInt(has(Fault.SPILL_LOST) ? 2 : 9);
        inboxMaxBytes = 64L * 1024 << (fillsInbox ? 0 : doublings);
        batchMax = chance.nextInt(3) == 0 ? 1 + chance.nextInt(100) : 1;
        postsMax = List.of(300, 2_000, 100_000).get(chance.nextInt(3));
        since = switch (chance.nextInt(8)) {
            case 0 -> Optional.of(START.minus(between(chance, Duration.ofMinutes(30), Duration.ofDays(9))));
            // A job that has to wait a little is asked for too late then.
            case 1 -> Optional.of(START.minus(RecoveryPlanner.JOB_WINDOW).plusSeconds(chance.nextInt(180)));
            default -> Optional.empty();
        };
        spills = has(Fault.SPILL_LOST) || chance.nextInt(3) == 0;

        driftPpm = has(Fault.CLOCK_DRIFTS) ? 80 * (chance.nextDouble() - 0.5) : 0;
        clockAhead = has(Fault.CLOCK_WRONG)
                ? Duration.ofMillis((long) (2_400_000 * (chance.nextDouble() - 0.5)))
                : Duration.ZERO;
        Duration covered = shorter(LAG_MAX, overlap.minus(CLOCK_MARGIN));
        lagMax = has(Fault.POSTS_LATE) ? between(chance, Duration.ofSeconds(2), covered) : Duration.ofMillis(900);
        double drawn = 3 * Math.pow(100, chance.nextDouble());
        postsPerHour = postsEachHour.orElse(drawn);
        if (postsEachHour.isPresent()) faults.remove(Fault.BURSTS);
        rules = 1 + chance.nextInt(3);
        Duration spare = overlap.minus(CLOCK_MARGIN).minus(lagMax);
        indexLag = Duration.ofMillis((long) (spare.toMillis() * chance.nextDouble()));
        boolean onlySearch = !enterprise && access != Access.ENTERPRISE && backfill != Right.IGNORED;
        liveBeginsAfter = onlySearch && chance.nextInt(3) == 0
                ? between(chance, Duration.ofMillis(100), Duration.ofSeconds(5))
                : Duration.ZERO;
        declaresRules = has(Fault.RULES_DELETED) || chance.nextInt(4) == 0;
        fetchesTokens = has(Fault.TOKEN_REQUEST_FAILS) || chance.nextInt(4) == 0;
    }

    private void draw(Fault fault, double probability, Random chance) {
        if (chance.nextDouble() < probability) faults.add(fault);
        every.put(fault, between(chance, Duration.ofMinutes(90), Duration.ofHours(24)));
        odds.put(fault, 0.02 + 0.5 * chance.nextDouble() * chance.nextDouble());
    }

    private Right backfill(Random chance) {
        // Who is told to be an Enterprise customer is one: there, what X accepts it does.
        if (has(Fault.BACKFILL_IGNORED) && access != Access.ENTERPRISE) return Right.IGNORED;
        if (enterprise && !has(Fault.BACKFILL_REFUSED)) return Right.GRANTED;
        return chance.nextBoolean() ? Right.REFUSED_400 : Right.REFUSED_403;
    }

    private Right jobs(Random chance) {
        // Backfill and jobs are one right; what ignores the one, ignores the other.
        if (backfill == Right.IGNORED && has(Fault.JOB_IGNORED)) return Right.IGNORED;
        if (enterprise && !has(Fault.JOB_REFUSED)) return Right.GRANTED;
        return chance.nextBoolean() ? Right.REFUSED_400 : Right.REFUSED_403;
    }

    boolean has(Fault fault) {
        return faults.contains(fault);
    }

    /** Whether a connection may end, or a line be broken, in the middle of a line. */
    boolean cutsLines() {
        return has(Fault.LINE_CUT) || has(Fault.LINES_BROKEN) || has(Fault.LINE_BROKEN);
    }

    /** Whether a search may end before all rules were asked for: what it has found by then is handed over. */
    boolean mayEndSearches() {
        return postsMax < 100_000 || !Collections.disjoint(faults, ENDS_SEARCHES);
    }

    /** Whether this machine's clock is X's, all day long. */
    boolean isClockRight() {
        return Collections.disjoint(
                faults,
                EnumSet.of(
                        Fault.CLOCK_WRONG, Fault.CLOCK_DRIFTS, Fault.CLOCK_SET, Fault.CLOCK_SET_BACK, Fault.SUSPEND));
    }

    /** A length within bounds; short ones are as probable as long ones. */
    static Duration between(Random chance, Duration min, Duration max) {
        double ratio = (double) max.toMillis() / min.toMillis();
        return Duration.ofMillis((long) (min.toMillis() * Math.pow(ratio, chance.nextDouble())));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** The posts of the day, and of what was before it as far as somebody may ask for it. */
    void write(PostTimeline posts, Random chance) {
        posts.lagMax(lagMax).pad(fillsInbox ? LONG_POST_CHARS : 0);
        Instant from = since.orElse(START).minus(Duration.ofMinutes(20));
        Instant until = START.plus(length);
        double perSecond = postsPerHour / 3_600;
        posts.steady(from, until, rules == 1 ? perSecond : perSecond / 2);
        if (rules > 1) posts.author("dogs").steady(from, until, perSecond / 2).author("cats");
        if (!has(Fault.BURSTS)) return;
        for (int burst = 1 + chance.nextInt(3); burst > 0; burst--) {
            Instant at = START.plusMillis((long) (chance.nextDouble() * length.toMillis() * 0.8));
            double burstPerSecond = 10 + chance.nextInt(150);
            posts.steady(at, at.plusSeconds(1 + (long) (1_000 * chance.nextDouble() / burstPerSecond)), burstPerSecond);
        }
    }

    @Override
    public String toString() {
        return "%s account, access %s, backfill %s, jobs %s, connections %d of %d, overlap %s, stallTimeout %s, inbox %d KiB, batches of %d, budget %d, posts to buy %d, since %s, spills %b, lag %s, index lag %s, live begins after %s, %.0f posts/h, %d rules, declared %b, tokens fetched %b, clock %s ahead, drift %.0f ppm, faults %s"
                .formatted(
                        enterprise ? "Enterprise" : "pay-per-use",
                        access,
                        backfill,
                        jobs,
                        connections,
                        connectionsMax,
                        overlap,
                        stallTimeout,
                        inboxMaxBytes / 1024,
                        batchMax,
                        connectBudget,
                        postsMax,
                        since.map(Instant::toString).orElse("start"),
                        spills,
                        lagMax,
                        indexLag,
                        liveBeginsAfter,
                        postsPerHour,
                        rules,
                        declaresRules,
                        fetchesTokens,
                        clockAhead,
                        driftPpm,
                        faults);
    }
}
