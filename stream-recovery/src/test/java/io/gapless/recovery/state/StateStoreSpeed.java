package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Span;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.Seams;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Measures a store in the directory given, which should be new: how fast it commits, tells and forgets. No test. */
final class StateStoreSpeed {
    private static final Instant START = Gaps.NOON;
    private static final int IDS_PER_SECOND = 1000;

    private StateStoreSpeed() {}

    public static void main(String[] args) {
        Path directory = Path.of(args[0]);
        try (StateStore store =
                StateDirectory.open(directory, Duration.ZERO, Seams.system().time())) {
            for (int size : new int[] {1, 16, 100, 128, 1000}) {
                commits(store, 300, size); // warms up
                commits(store, Math.min(3000, 1_000_000 / size), size);
            }
            long start = System.nanoTime();
            long[] told = {0};
            store.ids(new Span(Instant.EPOCH, Instant.MAX), id -> told[0]++);
            print("told " + told[0], start);
            System.out.printf("%.1f bytes per id on the disk, log included%n", (double) store.diskBytes() / told[0]);
        }
        long start = System.nanoTime();
        try (StateStore store =
                StateDirectory.open(directory, Duration.ZERO, Seams.system().time())) {
            print("checked and opened", start);
            start = System.nanoTime();
            store.commit(List.of(new Change.IdsForgotten(next - 1)));
            print("forgotten", start);
        }
    }

    private static long next = Snowflake.firstId(START);

    private static void commits(StateStore store, int commits, int size) {
        long start = System.nanoTime();
        for (int n = 0; n < commits; n++) {
            long[] ids = new long[size];
            for (int i = 0; i < size; i++) {
                ids[i] = next;
                next += (1L << 22) * 1000 / IDS_PER_SECOND;
            }
            List<Change> changes = new ArrayList<>();
            changes.add(new Change.Acknowledged(ids));
            changes.add(new Change.Frontier(Snowflake.time(next), START));
            store.commit(changes);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%d ids per commit: %.0f commits/s, %.0f ids/s%n", size, commits / seconds, commits / seconds * size);
    }

    private static void print(String what, long start) {
        System.out.printf("%s in %d ms%n", what, (System.nanoTime() - start) / 1_000_000);
    }
}
