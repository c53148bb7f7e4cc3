package io.gapless.cli;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether standard output (1) or standard error (2) is a terminal. Java has no test for each of them, so a
 * shell does it.
 */
final class Terminals {
    private static final long PATIENCE_SECONDS = 2;

    private Terminals() {}

    /** Returns whether a descriptor is a terminal. Returns false if there is no shell. */
    static boolean isTerminal(int descriptor) {
        try {
            Process test = new ProcessBuilder("sh", "-c", "test -t " + descriptor)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return test.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && test.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
