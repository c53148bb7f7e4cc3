package io.gapless.benchmarks;

import io.gapless.stream.post.PostHandler;
import java.net.URI;
import java.nio.file.Path;
import java.util.logging.LogManager;

/** Runs a stream with a state directory or a shared state, in a process of its own. */
public final class StateRun {
    static final String DIRECTORY = "directory";

    private StateRun() {}

    /**
     * Runs the stream. The arguments are X's address, a directory, the database's URL or {@link #DIRECTORY}, the name of
     * the shared state, and the numbers of posts at which the measurement begins and ends.
     */
    public static void main(String[] words) throws InterruptedException {
        LogManager.getLogManager().reset();
        Meter meter = new Meter(Long.parseLong(words[4]), Long.parseLong(words[5]), 1, 0, Meter.UNPACED);
        PostHandler handler = post -> meter.post(post.id());
        URI x = URI.create(words[0]);
        if (words[2].equals(DIRECTORY)) Streams.runWithState(x, Path.of(words[1]), handler);
        else Streams.runWithSharedState(x, words[2], words[3], handler);
        throw new IllegalStateException("the stream ended before it had read enough");
    }
}
