package io.gapless.recovery;

import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** What the program itself does wrong, or what goes wrong where the library meets it, at moments of a chance of its own. */
final class EdgeTroubles {
    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(3);
    private static final Duration DRAIN_MAX = Duration.ofMinutes(2);

    private final Simulation run;
    private final BadDay day;
    private final Random chance;
    private final Moments moments;

    EdgeTroubles(Simulation run, BadDay day, Random chance) {
        this.run = run;
        this.day = day;
        this.chance = chance;
        this.moments = new Moments(run, day, chance);
    }

    void begin() {
        for (Fault fault : day.faults) {
            if (fault.isMoment() && fault.isOfTheEdge()) moments.await(fault, this::strike);
        }
    }

    private boolean strike(Fault fault) {
        switch (fault) {
            case CLOSE_BY_HANDLER -> close(Closers.Place.HANDLER, fault);
            case CLOSE_BY_LISTENER -> close(Closers.Place.LISTENER, fault);
            case CLOSE_BY_HOOK -> close(Closers.Place.HOOK, fault);
            case CLOSE_AND_DRAIN -> close(Closers.Place.OUTSIDE, fault);
            case CLOSE_TWICE -> closeTwice();
            case TOKEN_HANGS -> run.tokens.hang(moments.length(Duration.ofSeconds(10), LONGEST));
            case TOKEN_THROWS -> run.tokens.throwFor(moments.length(MOMENT, LONGEST));
            case TOKEN_EMPTY -> run.tokens.giveNothing(moments.length(MOMENT, LONGEST));
            case RULES_CHANGED -> changeRules();
            default -> throw new AssertionError(fault + " strikes by chance");
        }
        // Its line, and its count, follow when its occasion comes.
        return false;
    }

    private void close(Closers.Place place, Fault fault) {
        run.closeFrom(place, fault, drain(), down());
    }

    private Duration drain() {
        return switch (chance.nextInt(4)) {
            case 0 -> Duration.ZERO;
            case 1 -> Duration.ofMillis(500);
            default -> BadDay.between(chance, Duration.ofMillis(10), DRAIN_MAX);
        };
    }

    /** Often a restart follows at once, as after an update. */
    private Duration down() {
        return chance.nextBoolean()
                ? moments.length(MOMENT, Duration.ofSeconds(10))
                : moments.length(MOMENT, Duration.ofHours(1));
    }

    /** While nobody is connected, be it for a second, or soon after, while what was missed is still being asked for. */
    private void changeRules() {
        if (run.x.declared.isPresent()) return;
        Duration down = chance.nextBoolean()
                ? moments.length(MOMENT, Duration.ofMinutes(1))
                : moments.length(Duration.ofMinutes(1), LONGEST);
        run.x.x.unreachable(down, Ending.Kind.NOT_CONNECTED);
        Duration later =
                chance.nextInt(3) > 0 ? down.dividedBy(2) : down.plus(moments.length(MOMENT, Duration.ofMinutes(4)));
        run.time.after(later, () -> {
            run.changeRules(chance.nextInt(100), chance.nextBoolean() ? "from:birds" : "from:dogs");
        });
    }

    /** While one closer waits for the drain, another one comes, from anywhere. */
    private void closeTwice() {
        Duration drain = BadDay.between(chance, MOMENT, DRAIN_MAX);
        Duration later = BadDay.between(chance, Duration.ofMillis(1), drain);
        List<Closers.Place> places = List.of(Closers.Place.OUTSIDE, Closers.Place.HANDLER, Closers.Place.LISTENER);
        Closers.Place second = places.get(chance.nextInt(places.size()));
        Duration secondDrain = drain();
        run.time.after(later, () -> run.closeOnceMore(second, secondDrain));
        run.closeFrom(Closers.Place.OUTSIDE, Fault.CLOSE_AND_DRAIN, drain, down());
    }
}
