package io.gapless.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.Predicate;

/** Lets each fault strike at its moments, on a clock of its own, until the calm begins. */
final class Moments {
    private final Simulation run;
    private final BadDay day;
    private final Random chance;

    Moments(Simulation run, BadDay day, Random chance) {
        this.run = run;
        this.day = day;
        this.chance = chance;
    }

    /**
     * Lets a fault strike again and again.
     *
     * @param strike strikes, and returns whether there was anything to strike
     */
    void await(Fault fault, Predicate<Fault> strike) {
        double wait = -Math.log(1 - chance.nextDouble()) * day.every.get(fault).toMillis();
        run.time.after(Duration.ofMillis((long) wait), () -> {
            if (!now().isBefore(day.calmAt)) return;
            if (strike.test(fault)) run.log.say("*** " + fault);
            await(fault, strike);
        });
    }

    private Instant now() {
        return run.time.instant();
    }

    /** A length that ends before the calm begins. */
    Duration length(Duration min, Duration max) {
        Duration length = BadDay.between(chance, min, max);
        Duration left = Duration.between(now(), day.calmAt);
        return length.compareTo(left) < 0 ? length : left;
    }
}
