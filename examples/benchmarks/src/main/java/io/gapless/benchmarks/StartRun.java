package io.gapless.benchmarks;

import io.gapless.stream.FilteredStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.logging.LogManager;

/** A process that ends with its first post. */
public final class StartRun {
    private StartRun() {}

    /** X's address. */
    public static void main(String[] words) throws InterruptedException {
        LogManager.getLogManager().reset();
        try (FilteredStream stream = FilteredStream.builder()
                .baseUrl(URI.create(words[0]))
                .bearerToken("token")
                .handler(post -> tell())
                .build()) {
            stream.start();
            stream.awaitClose();
        }
    }

    private static void tell() {
        long startedMillis = ManagementFactory.getRuntimeMXBean().getStartTime();
        Numbers.tell("ms from the JVM's start to the first post", System.currentTimeMillis() - startedMillis);
        try {
            Numbers.tell(Meter.PEAK, Numbers.peakMiB());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.exit(0);
    }
}
