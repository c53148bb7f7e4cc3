package io.gapless.recovery;

import io.gapless.recovery.soak.Soak;
import java.io.PrintStream;

/** Many simulated days of a stream. */
final class SimulationSoak extends Soak<Outcome, Fault> {
    SimulationSoak(PrintStream out) {
        super(out, "seeds", Fault.class, seed -> Simulation.run(seed, Simulation.length(seed)));
    }

    /** Draws how often each fault struck. */
    String plot() {
        return StrikesPlot.of(strikes(), played(), length().toHours());
    }
}
