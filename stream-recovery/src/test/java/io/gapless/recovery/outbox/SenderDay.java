package io.gapless.recovery.outbox;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * What a seed draws: the settings, the table, and which faults the day knows and how often they strike. Each seed leaves
 * most faults out, so that the others show what they do when nothing hides them. Immutable.
 */
final class SenderDay {
    /** The day before clocks go back in Europe. */
    static final Instant START = Instant.parse("2026-10-24T12:00:00Z");

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    /** After which nobody can say in which order versions of one record are to come. */
    private static final Set<SenderFault> NO_ORDER = EnumSet.of(
            SenderFault.PUT_BACK,
            SenderFault.REPLICA_LAGS,
            SenderFault.TURNED_BACK,
            SenderFault.KEY_SHARED,
            SenderFault.SEND_AGAIN,
            SenderFault.RESEND);

    /** After which an old row may be taken for a new one, or a row has to be sent once more. */
    private static final Set<SenderFault> NO_MEMORY = EnumSet.of(
            SenderFault.PUT_BACK,
            SenderFault.TURNED_BACK,
            SenderFault.KEY_SHARED,
            SenderFault.SEND_AGAIN,
            SenderFault.RESEND,
            SenderFault.SOURCE_AHEAD,
            SenderFault.SOURCE_BEHIND,
            SenderFault.CLOCK_SET,
            SenderFault.MACHINE_AHEAD_AT_START,
            SenderFault.LATE_COMMIT,
            SenderFault.SAME_STAMP);

    final Set<SenderFault> faults = EnumSet.noneOf(SenderFault.class);
    /** How long until a fault strikes again, on average. */
    final Map<SenderFault, Duration> every = new EnumMap<>(SenderFault.class);
    /** How probable a fault is whenever there is an occasion. */
    final Map<SenderFault, Double> odds = new EnumMap<>(SenderFault.class);

    final Schedule schedule;
    final boolean hasWindow;
    final Duration settle;
    final Duration overlap;
    final Duration grace;
    final int batchRecords;
    final int tries;
    final Duration tryAgainEvery;
    final Duration requestTimeout;
    final Acknowledgement acknowledgement;
    final boolean byService;
    final Optional<Instant> since;

    /** How long the receiver takes, if it is well. */
    final Duration answersAfter;

    final boolean remembersKeys;
    final int largest;

    final int rows;
    final int services;
    final double writesPerHour;
    /** How long a transaction may stay open. */
    final Duration openMax;
    /** How far a replica may lag. */
    final Duration lagMax;

    final Duration sourceSkew;
    final Duration machineAhead;

    /** From when on nothing goes wrong any more, and nothing is written. */
    final Instant calmAt;

    final Instant end;

    SenderDay(Random chance) {
        double wildness = chance.nextDouble();
        for (SenderFault fault : SenderFault.values()) {
            if (chance.nextDouble() < 0.05 + 0.35 * wildness) faults.add(fault);
            every.put(fault, between(chance, Duration.ofMinutes(50), Duration.ofHours(16)));
            odds.put(fault, 0.02 + 0.4 * chance.nextDouble() * chance.nextDouble());
        }
        boolean ofReplica = chance.nextInt(10) == 0;
        if (ofReplica) {
            faults.removeAll(NO_MEMORY);
            faults.add(SenderFault.REPLICA_LAGS);
        }
        Duration drawnSlots = List.of(
                        Duration.ofMinutes(15),
                        Duration.ofMinutes(30),
                        HOUR,
                        HOUR,
                        Duration.ofHours(2),
                        Duration.ofHours(6),
                        DAY)
                .get(chance.nextInt(7));
        // Only who polls more often than a replica lags sees that it has lagged.
        Duration slots = ofReplica ? Duration.ofMinutes(15) : drawnSlots;
        hasWindow = slots.compareTo(HOUR) <= 0 && chance.nextInt(4) == 0;
        Schedule drawn = Schedule.daily()
                .withZone(ZoneId.of(
                        List.of("UTC", "Europe/Berlin", "America/New_York").get(chance.nextInt(3))))
                .withEvery(slots);
        int opens = chance.nextInt(24);
        schedule = hasWindow
                ? drawn.withWindow(LocalTime.of(opens, 0), LocalTime.of((opens + 3 + chance.nextInt(12)) % 24, 0))
                : drawn;
        settle = Duration.ofMinutes(List.of(0, 1, 5).get(chance.nextInt(3)));
        Duration drawnOverlap = Duration.ofMinutes(List.of(10, 30, 60, 120).get(chance.nextInt(4)));
        overlap = ofReplica ? Duration.ofHours(2) : drawnOverlap;
        grace = Duration.ofMinutes(List.of(10, 120).get(chance.nextInt(2)));
        batchRecords = List.of(1, 3, 20, 1_000).get(chance.nextInt(4));
        tries = 1 + chance.nextInt(3);
        tryAgainEvery = Duration.ofMinutes(List.of(5, 15, 15, 60).get(chance.nextInt(4)));
        requestTimeout = Duration.ofSeconds(List.of(10, 30).get(chance.nextInt(2)));
        acknowledgement = chance.nextInt(4) == 0 ? Acknowledgement.STRICT : Acknowledgement.BODY;
        byService = chance.nextInt(4) == 0;
        since = chance.nextInt(6) == 0 ? Optional.of(START.minus(Duration.ofHours(5))) : Optional.empty();
        answersAfter = chance.nextInt(4) == 0 ? Duration.ofSeconds(4) : Duration.ofMillis(200);
        remembersKeys = chance.nextBoolean();
        largest = has(SenderFault.TOO_LARGE) ? 1 + chance.nextInt(10) : Integer.MAX_VALUE;
        rows = 3 + chance.nextInt(25);
        services = 1 + chance.nextInt(3);
        writesPerHour = Math.pow(30, chance.nextDouble());
        boolean lags = has(SenderFault.REPLICA_LAGS);
        openMax = overlap.multipliedBy(lags ? 35 : 75).dividedBy(100);
        lagMax = overlap.multipliedBy(35).dividedBy(100);
        long tolerance = Reach.tolerance(overlap).toMillis();
        sourceSkew = has(SenderFault.SOURCE_SKEWED)
                ? Duration.ofMillis((long) (tolerance * 0.8 * (chance.nextDouble() - 0.5)))
                : Duration.ZERO;
        machineAhead =
                has(SenderFault.MACHINE_AHEAD_AT_START) ? Duration.ofDays(1 + chance.nextInt(40)) : Duration.ZERO;
        Duration wild = longer(slots.multipliedBy(3), hasWindow ? DAY : Duration.ofHours(16));
        calmAt = START.plus(wild);
        end = calmAt.plus(slots.multipliedBy(2))
                .plus(hasWindow ? DAY : Duration.ZERO)
                .plus(Duration.ofMinutes(187));
    }

    boolean has(SenderFault fault) {
        return faults.contains(fault);
    }

    /** Whether the versions of a record come in the order in which they were written. */
    boolean hasOrder() {
        return NO_ORDER.stream().noneMatch(this::has);
    }

    /** Whether the old row of a replica can be told from a new one. */
    boolean tellsOldRows() {
        return NO_MEMORY.stream().noneMatch(this::has);
    }

    /** Whether nothing asks for a version twice once it is acknowledged. */
    boolean sendsOnce() {
        return tellsOldRows() && !has(SenderFault.REPLICA_LAGS);
    }

    /** A length within bounds; short ones are as probable as long ones. */
    static Duration between(Random chance, Duration min, Duration max) {
        double ratio = (double) max.toMillis() / min.toMillis();
        return Duration.ofMillis((long) (min.toMillis() * Math.pow(ratio, chance.nextDouble())));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    @Override
    public String toString() {
        return "%s, settle %s, overlap %s, grace %s, batches of %d, %d tries, again every %s, timeout %s, %s, by service %b, since %s, receiver answers after %s, remembers keys %b and takes %d, %d rows of %d services, %.0f writes/h, transactions up to %s, lag up to %s, source %s ahead, machine %s ahead, calm at %s, end %s, faults %s"
                .formatted(
                        schedule,
                        settle,
                        overlap,
                        grace,
                        batchRecords,
                        tries,
                        tryAgainEvery,
                        requestTimeout,
                        acknowledgement,
                        byService,
                        since.map(Instant::toString).orElse("the beginning"),
                        answersAfter,
                        remembersKeys,
                        largest,
                        rows,
                        services,
                        writesPerHour,
                        openMax,
                        lagMax,
                        sourceSkew,
                        machineAhead,
                        calmAt,
                        end,
                        faults);
    }
}
