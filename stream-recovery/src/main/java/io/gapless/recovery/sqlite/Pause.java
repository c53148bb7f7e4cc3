package io.gapless.recovery.sqlite;

import io.gapless.stream.seam.Time;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Pauses the calling thread while it waits for another process. Virtual time cannot be used: only the paused thread
 * could move it, so the pause would never end.
 */
public final class Pause {
    private Pause() {}

    /**
     * Blocks the caller for a while.
     * @param length how long
     * @param time the clocks; not a virtual time that the caller moves
     * @throws InterruptedException if the caller is interrupted
     */
    public static void of(Duration length, Time time) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        Time.Alarm alarm = time.after(length, over::countDown);
        try {
            over.await();
        } finally {
            alarm.cancel();
        }
    }
}
