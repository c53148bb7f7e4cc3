package io.gapless.cli;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether standard output (1) or standard error (2) is a terminal. Java cannot test the two separately, so a
 * shell does the test.
 */
final class Terminals {
    private static final long PATIENCE_SECONDS = 2;

    private Terminals() {}

    /** Returns whether a file descriptor is a terminal. Returns false if this machine has no shell. */
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
