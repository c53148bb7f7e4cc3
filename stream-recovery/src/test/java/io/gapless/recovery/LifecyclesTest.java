package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.state.MemoryStateStore;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.seam.Seams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Lives of streams on real threads: as many as {@code -Dlifecycles} says, from {@code -Dlifecycle.from} on. The line
 * that it prints is the one of {@code docs/proof.md}.
 */
@Isolated("it looks at all threads")
class LifecyclesTest {
    private static final int LIFECYCLES = Integer.getInteger("lifecycles", 100);
    private static final long FROM = Long.getLong("lifecycle.from", 0);
    private static final int MANY = 1_000;
    /** What closers have beyond the drain. */
    private static final Duration CLOSER_MAX = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    @Test
    void whoeverClosesAStreamNoCommitIsLostAndNoThreadIsLeft() throws Exception {
        List<String> faults = new ArrayList<>();
        long handled = 0;
        long lost = 0;
        Duration slowest = Duration.ZERO;
        long beganNanos = System.nanoTime();
        // The first one loads classes.
        run(FROM);
        for (long seed = FROM; seed < FROM + LIFECYCLES; seed++) {
            Lifecycle.Result result = run(seed);
            handled += result.handled();
            lost += result.lost();
            if (result.slowest().compareTo(slowest) > 0) slowest = result.slowest();
            for (String fault : result.faults()) faults.add("lifecycle " + seed + ": " + fault);
        }
        System.out.printf(
                "%,d lifecycles from %d on, %,d posts handled, in %.1f s: %d commits lost, slowest closer %d ms after its"
                        + " drain, %d threads left%n",
                LIFECYCLES,
                FROM,
                handled,
                (System.nanoTime() - beganNanos) / 1e9,
                lost,
                slowest.toMillis(),
                Lifecycle.running().size());
        assertThat(faults).isEmpty();
        assertThat(lost).isZero();
        // A few lives say more of the machine than of the library.
        if (LIFECYCLES >= MANY) assertThat(slowest).isLessThan(CLOSER_MAX);
    }

    /** Each tenth on a disk. */
    private Lifecycle.Result run(long seed) throws IOException, InterruptedException {
        if (seed % 10 > 0) {
            StateStore store = new MemoryStateStore(Seams.system().time());
            return new Lifecycle(seed, () -> store).run();
        }
        Path state = Files.createTempDirectory(directory, "state");
        return new Lifecycle(
                        seed,
                        () -> StateDirectory.open(
                                state, Duration.ZERO, Seams.system().time()))
                .run();
    }
}
