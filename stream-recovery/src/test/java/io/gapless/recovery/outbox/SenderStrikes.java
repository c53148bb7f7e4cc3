package io.gapless.recovery.outbox;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/** Which faults really struck, and how often: a fault that never does proves nothing. */
final class SenderStrikes {
    private final SenderDay day;
    private final Random chance;
    private final Map<SenderFault, Long> counts = new EnumMap<>(SenderFault.class);
    private boolean calm;

    SenderStrikes(SenderDay day, Random chance) {
        this.day = day;
        this.chance = chance;
    }

    /** Whether a fault strikes on this occasion. */
    boolean byChance(SenderFault fault) {
        if (calm || !day.has(fault) || chance.nextDouble() >= day.odds.get(fault)) return false;
        count(fault);
        return true;
    }

    void count(SenderFault fault) {
        counts.merge(fault, 1L, Long::sum);
    }

    void calm() {
        calm = true;
    }

    Map<SenderFault, Long> counts() {
        return counts;
    }
}
