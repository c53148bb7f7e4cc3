package io.gapless.recovery;

import java.util.List;
import java.util.stream.LongStream;

/**
 * The seeds of days on which the simulation has found a fault, or a check that asked too much, since its draws last
 * changed. They are played beside those that are counted from 0 on, as they show rare mistakes. What each has found is
 * in {@code docs/simulation-diary.md}, except for 1856: it shows a mutant that no day before it shows.
 */
final class FoundDays {
    static final List<Long> SEEDS = List.of(
            746L, 1076L, 1856L, 1972L, 2120L, 2586L, 2700L, 3182L, 3587L, 3801L, 4394L, 4405L, 4973L, 5645L, 7155L,
            8051L, 8075L, 8758L, 8794L, 9011L, 10_047L, 10_845L, 12_126L, 14_748L, 17_077L, 17_277L, 17_974L, 620_915L,
            621_196L, 621_334L);

    private FoundDays() {}

    /** Returns so many seeds of hours of two hosts, from one on, and then those that have found a fault. */
    static LongStream ofTwoHosts(long from, long count) {
        return LongStream.concat(LongStream.range(from, from + count), LongStream.of(13_821, 14_516));
    }
}
