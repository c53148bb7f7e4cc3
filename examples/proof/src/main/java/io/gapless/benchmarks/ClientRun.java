package io.gapless.benchmarks;

import java.net.URI;
import java.nio.file.Path;
import java.util.logging.LogManager;

/** Runs one contender in a process of its own. */
public final class ClientRun {
    private ClientRun() {}

    /**
     * Runs the contender. The arguments are X's address, a directory for state, the name of the {@link Contender}, the
     * numbers of posts at which the measurement begins and ends, the mean length of a line in bytes, and, optionally,
     * the number of posts that are read first as fast as they arrive, and the largest number of posts that are read per
     * second after those.
     */
    public static void main(String[] words) throws Exception {
        LogManager.getLogManager().reset();
        boolean paced = words.length > 6;
        Meter meter = new Meter(
                Long.parseLong(words[3]),
                Long.parseLong(words[4]),
                Double.parseDouble(words[5]),
                paced ? Long.parseLong(words[6]) : 0,
                paced ? Long.parseLong(words[7]) : Meter.UNPACED);
        Contender.valueOf(words[2]).read(URI.create(words[0]), Path.of(words[1]), meter);
        throw new IllegalStateException(words[2] + " ended before it had read enough");
    }
}
