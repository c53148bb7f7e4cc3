package io.gapless.benchmarks;

import io.gapless.proof.kit.Numbers;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.FilteredStream;
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
        if (Boolean.parseBoolean(words[2])) withState(x, Path.of(words[1]));
        else withoutState(x);
    }

    private static void withoutState(URI x) throws InterruptedException {
        try (FilteredStream stream = FilteredStream.builder()
                .baseUrl(x)
                .bearerToken("token")
                .handler(StartRun::tell)
                .build()) {
            stream.start();
            stream.awaitClose();
        }
    }

    private static void withState(URI x, Path directory) throws InterruptedException {
        try (GaplessStream stream = GaplessStream.builder()
                .baseUrl(x)
                .bearerToken("token")
                .access(Access.PAY_PER_USE)
                .stateDirectory(directory)
                .handler(StartRun::tell)
                .build()) {
            stream.start();
            stream.awaitClose();
        }
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
