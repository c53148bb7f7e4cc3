package io.gapless.benchmarks;

import io.gapless.proof.kit.Numbers;
import io.gapless.stream.post.Post;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.util.logging.LogManager;

/** Runs a stream until its first post, in a process of its own. */
public final class StartRun {
    static final String FIRST_POST = "ms from the JVM's start to the first post";

    private StartRun() {}

    /**
     * Runs the stream. The arguments are X's address, a directory for state, and whether the stream stores its state in
     * this directory.
     */
    public static void main(String[] words) throws InterruptedException {
        LogManager.getLogManager().reset();
        URI x = URI.create(words[0]);
        if (Boolean.parseBoolean(words[2])) Streams.runWithState(x, Path.of(words[1]), StartRun::tell);
        else Streams.runWithoutState(x, StartRun::tell);
    }

    private static void tell(Post first) {
        long startedMillis = ManagementFactory.getRuntimeMXBean().getStartTime();
        Numbers.tell(FIRST_POST, System.currentTimeMillis() - startedMillis);
        try {
            Numbers.tell(Meter.PEAK, Numbers.peakMiB());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.exit(0);
    }
}
