package io.gapless.recovery;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** Which faults really struck, and how often: a fault that never does proves nothing. */
final class Strikes {
    private final BadDay day;
    private final Random chance;
    private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
    private boolean calm;
    /** Hears of each fault that strikes. */
    Consumer<Fault> onStrike = fault -> {};

    Strikes(BadDay day, Random chance) {
        this.day = day;
        this.chance = chance;
    }

    /** Whether a fault strikes on this occasion. */
    boolean byChance(Fault fault) {
        if (calm || !day.has(fault) || chance.nextDouble() >= day.odds.get(fault)) return false;
        count(fault);
        return true;
    }

    void count(Fault fault) {
        count(fault, 1);
    }

    void count(Fault fault, long times) {
        if (times <= 0) return;
        counts.merge(fault, times, Long::sum);
        onStrike.accept(fault);
    }

    void calm() {
        calm = true;
    }

    Map<Fault, Long> counts() {
        return counts;
    }
}
