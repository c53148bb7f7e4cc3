package io.gapless.recovery.outbox;

import io.gapless.recovery.soak.Soak;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Many simulated days of sending. */
final class SenderSoak extends Soak<SenderOutcome, SenderFault> {
    private final Path work;

    SenderSoak(PrintStream out) {
        this(out, SenderSimulation.work());
    }

    private SenderSoak(PrintStream out, Path work) {
        super(out, "sender days", SenderFault.class, seed -> SenderSimulation.run(seed, work));
        this.work = work;
    }

    @Override
    public List<SenderOutcome> run(long from, int count, int threads) throws InterruptedException, ExecutionException {
        try {
            return super.run(from, count, threads);
        } finally {
            SenderSimulation.delete(work);
        }
    }
}
