package io.gapless.recovery.storage;

import io.gapless.stream.seam.Time;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Pauses the calling thread while it waits for another process. A virtual time that the paused thread moves cannot be
 * used: that thread could not move it during the pause, so the pause would never end.
 */
public final class Pause {
    private Pause() {}

    /**
     * Blocks the calling thread for a length of time.
     * @param length how long to block
     * @param time the clocks; not a virtual time that the calling thread moves
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
