package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hours of two hosts with one shared state: as many as {@code -Dseeds} says, from {@code -Dseed.from} on. */
class HostsSimulationTest {
    private static final long FROM = Long.getLong("seed.from", 0);
    private static final int SEEDS = Integer.getInteger("seeds", 30);

    @Test
    void noSeedLosesAPostOrHandsOverInAnOlderTerm() {
        List<String> failures = new ArrayList<>();
        Set<HostsDay.Strike> struck = EnumSet.noneOf(HostsDay.Strike.class);
        long twice = 0;
        long terms = 0;
        long warmTerms = 0;
        for (long seed = FROM; seed < FROM + SEEDS; seed++) {
            HostsDay.Result day = HostsDay.run(seed);
            for (String failure : day.failures()) failures.add("seed " + seed + ": " + failure);
            struck.addAll(day.strikes().keySet());
            twice += day.twice();
            terms += day.terms();
            warmTerms += day.warmTerms();
        }
        System.out.printf(
                "%d days of two hosts, %d terms, %d of them warm, %d posts twice%n", SEEDS, terms, warmTerms, twice);
        assertThat(failures.stream().limit(10)).isEmpty();
        assertThat(struck).containsExactlyInAnyOrder(HostsDay.Strike.values());
        assertThat(warmTerms).isPositive();
    }
}
