package io.gapless.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The demo: an emulator of X, a stream from it over the real HTTP client, and two acts; at the end the emulator's list of
 * what should have arrived against what did.
 */
final class Demo {
    private final PrintStream out;

    Demo(PrintStream out) {
        this.out = out;
    }

    DemoReport run() throws InterruptedException {
        Path states = temporary();
        try {
            ShiftedTime time = new ShiftedTime();
            long begunNanos = System.nanoTime();
            introduce();
            DemoReport faults =
                    new DemoFaults(new DemoStage(out, time, begunNanos), time).play(states.resolve("faults"));
            out.println();
            DemoReport outages =
                    new DemoOutages(new DemoStage(out, time, begunNanos), time).play(states.resolve("outages"));
            return faults.and(outages);
        } finally {
            delete(states);
        }
    }

    private void introduce() {
        out.println("Gapless demo: an emulator of X in this process makes " + DemoFaults.POSTS_PER_SECOND
                + " posts/s, half of which match the rule `cat`.");
        out.println("Shortened for the demo: keep-alive every " + DemoStage.KEEP_ALIVE.toMillis()
                + " ms (X: 20 s), stall timeout " + DemoFaults.STALL_TIMEOUT.toSeconds() + " s (25 s), healthy after "
                + DemoFaults.HEALTHY_AFTER.toSeconds() + " s (30 s), overlap " + DemoStage.OVERLAP.toSeconds()
                + " s (60 s), connect budget 1,000 (50). The back-off ladders are X's own.");
        out.println();
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("gapless-demo");
        } catch (IOException e) {
            throw new UncheckedIOException("The demo needs a temporary directory for its state", e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException("The demo's state could not be deleted: " + directory, e);
        }
    }
}
