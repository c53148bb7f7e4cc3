package io.gapless.benchmarks;

import io.gapless.hosts.ChildProcess;
import io.gapless.proof.kit.Text;
import io.gapless.stream.DedupeRun;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Measures how much memory and time an id that is remembered costs, for different numbers of ids. */
final class Dedupe implements Study {
    private static final long[] IDS = {100_000, 1_000_000, 10_000_000};
    private static final double BYTES_MAX = 18;
    private static final double IN_ORDER_MIN = 10;
    private static final double AT_RANDOM_MIN = 5;

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        long[] sizes = effort.sizes(IDS);
        long most = sizes[sizes.length - 1];
        Map<Long, Rounds> bySize = Rounds.bySize(effort, sizes, ids -> ChildProcess.of(DedupeRun.class, ids, most / ids)
                .with("-Xmx2g")
                .numbers());
        Table table = Table.begin("Memory of ids", "what");
        Chart time = Chart.begin("dedupe", "Seen before? against ids held", "ids", "ns per id");
        Chart memory = Chart.begin("dedupe-memory", "Memory against ids held", "ids", "bytes of heap per id");
        bySize.forEach((ids, rounds) -> {
            for (String number : DedupeRun.NUMBERS) {
                table.put(number, Text.of("%,d ids held", ids), rounds.of(number));
                if (number.equals(DedupeRun.BYTES)) memory.put("held", ids, rounds.median(number));
                else time.put(number.replaceFirst("^M (.*)s/s", "$1"), ids, 1e3 / rounds.median(number));
            }
        });
        Rounds full = bySize.getOrDefault(most, new Rounds());
        return new Chapter(
                "dedupe",
                "What does it cost to remember ids?",
                "Ids of one hour are remembered in the order of time. The heap is measured before and after, as what"
                        + " is reachable after a full collection. With all of them held, each id is looked up again, in the"
                        + " order of time and shuffled: a check finds it and changes nothing. Then a tenth as many new ids are"
                        + " added, from random times within the hour: an insertion finds a free place, stores the id, and"
                        + " sometimes makes room. A live stream has ids in the order of time; random order is worse than any"
                        + " recovery. Fewer than 10,000,000 ids are held by several memories, one after the other. One thread."
                        + " Speed is per second of the process's CPU time, with its collector and compiler. Each round has its"
                        + " own process.",
                List.of(table),
                List.of(time, memory),
                List.of(
                        Bound.atMost("bytes per id, 10 M held", full.median(DedupeRun.BYTES), BYTES_MAX),
                        speed(full, DedupeRun.KNOWN_IN_ORDER, IN_ORDER_MIN),
                        speed(full, DedupeRun.NEW_IN_ORDER, IN_ORDER_MIN),
                        speed(full, DedupeRun.KNOWN_AT_RANDOM, AT_RANDOM_MIN)));
    }

    private static Bound speed(Rounds rounds, String number, double min) {
        return Bound.atLeast(number + ", 10 M held", rounds.median(number), min);
    }
}
