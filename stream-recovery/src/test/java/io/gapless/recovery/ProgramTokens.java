package io.gapless.recovery;

import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.util.Random;
import java.util.function.Supplier;

/** The program's token source: on a bad day it hangs, throws, or gives nothing. However long it hangs, few calls are made. */
final class ProgramTokens {
    private static final int CALLS_MAX = 4;
    /** A call is given up after a minute, and any but that one has returned after two. */
    private static final Duration GIVEN_UP = Duration.ofMinutes(3);

    private static final long NEVER = Long.MAX_VALUE;
    private static final Duration FOR_EVER = Duration.ofDays(1_000);

    private final VirtualTime time;
    private final Random chance;
    private final Strikes strikes;
    private final RunLog log;
    private final Supplier<String> well;

    // By the monotonic clock, as whoever waits: a machine that sleeps makes no thread faster.
    private long hangsUntilNanos;
    private long throwsUntilNanos;
    private long givesNothingUntilNanos;
    private long hangsForEverSinceNanos = NEVER;

    /**
     * A source that does as it should.
     *
     * @param well what it returns then
     */
    ProgramTokens(VirtualTime time, Random chance, Strikes strikes, RunLog log, Supplier<String> well) {
        this.time = time;
        this.chance = chance;
        this.strikes = strikes;
        this.log = log;
        this.well = well;
    }

    void hang(Duration length) {
        hangsUntilNanos = Math.max(hangsUntilNanos, after(length));
    }

    void throwFor(Duration length) {
        throwsUntilNanos = after(length);
    }

    void giveNothing(Duration length) {
        givesNothingUntilNanos = after(length);
    }

    private long after(Duration length) {
        return time.nanoTime() + length.toNanos();
    }

    /** The process starts. */
    void newLife() {
        hangsForEverSinceNanos = NEVER;
    }

    /** A request waits: not for a call that hangs for ever while another one would return. */
    void checkWait() {
        if (hangsForEverSinceNanos == NEVER) return;
        long wellNanos = time.nanoTime() - Math.max(hangsUntilNanos, hangsForEverSinceNanos);
        if (wellNanos > GIVEN_UP.toNanos())
            log.fail(Failure.Kind.ATTEMPT_HANGS, "a request waits for a call that has hung for minutes");
    }

    /** How long the next call takes. */
    Duration takes(int underWay) {
        if (underWay >= CALLS_MAX)
            log.fail(Failure.Kind.TOO_MANY_CALLS, underWay + " calls hang, and one more is made");
        Duration rest = Duration.ofNanos(hangsUntilNanos - time.nanoTime());
        if (rest.isNegative() || rest.isZero()) return Duration.ZERO;
        strikes.count(Fault.TOKEN_HANGS);
        return switch (chance.nextInt(4)) {
            case 0 -> BadDay.between(chance, Duration.ofSeconds(1), Duration.ofMinutes(2));
            case 1 -> forEver(rest);
            default -> rest;
        };
    }

    /** Only once in a life: when two calls hang, no third one is made. */
    private Duration forEver(Duration rest) {
        if (hangsForEverSinceNanos != NEVER) return rest;
        hangsForEverSinceNanos = time.nanoTime();
        return FOR_EVER;
    }

    String token() {
        if (time.nanoTime() < throwsUntilNanos) {
            strikes.count(Fault.TOKEN_THROWS);
            throw new Handover.Broken("the token source throws");
        }
        if (time.nanoTime() >= givesNothingUntilNanos) return well.get();
        strikes.count(Fault.TOKEN_EMPTY);
        return "";
    }
}
