package io.gapless.recovery.sqlite;

import io.gapless.stream.seam.Time;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Waits for another process; needs a time that passes by itself. */
public final class Pause {
    private Pause() {}

    /**
     * Waits.
     *
     * @param length how long
     * @param time a time that passes by itself
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
