package io.gapless.stream.seam;

import org.jetbrains.lincheck.Lincheck;

/** What threads do to each other, in every order that Lincheck finds: what is lost would be a deadlock here. */
public final class InEveryOrder {
    private InEveryOrder() {}

    /** Runs a race again and again, each time in another order. */
    public static void run(int times, Runnable race) {
        Lincheck.runConcurrentTest(times, race);
    }

    /** By hand, since Lincheck compares whatever it sees, which AssertJ's objects refuse. */
    public static void check(boolean holds, String otherwise) {
        if (!holds) throw new AssertionError(otherwise);
    }

    /** Waits for a thread's end. */
    public static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
