package io.gapless.recovery.state;

import io.gapless.stream.seam.Time;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Waits a while for another process; needs a time that passes by itself. */
final class Pause {
    private Pause() {}

    static void of(Duration length, Time time) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        Time.Alarm alarm = time.after(length, over::countDown);
        try {
            over.await();
        } finally {
            alarm.cancel();
        }
    }
}
