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
    /** How many days are lived through between two lines about the progress. */
    private static final int REPORT_EVERY = 500;

    private final List<String> failures = new ArrayList<>();
    private final Set<HostsDay.Strike> struck = EnumSet.noneOf(HostsDay.Strike.class);
    private int days;
    private long twice;
    private long terms;
    private long warmTerms;

    @Test
    void noSeedLosesAPostOrHandsOverInAnOlderTerm() {
        FoundDays.ofTwoHosts(FROM, SEEDS).parallel().forEach(seed -> count(seed, HostsDay.run(seed)));
        printProgress();
        assertThat(failures.stream().limit(10)).isEmpty();
        assertThat(struck).containsExactlyInAnyOrder(HostsDay.Strike.values());
        assertThat(warmTerms).isPositive();
    }

    private synchronized void count(long seed, HostsDay.Result day) {
        for (String failure : day.failures()) {
            failures.add("seed " + seed + ": " + failure);
            System.out.println("FAILED seed " + seed + ": " + failure);
        }
        struck.addAll(day.strikes().keySet());
        twice += day.twice();
        terms += day.terms();
        warmTerms += day.warmTerms();
        days++;
        if (days % REPORT_EVERY == 0) printProgress();
    }

    private void printProgress() {
        System.out.printf(
                "%d days of two hosts, %d failures, %d terms, %d of them warm, %d posts twice%n",
                days, failures.size(), terms, warmTerms, twice);
    }
}
