package io.gapless.conformance;

import io.gapless.stream.Post;
import io.gapless.stream.PostHandler;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A handler that never returns, not even when it is interrupted, until it is closed. Thread-safe. */
final class Block implements PostHandler, AutoCloseable {
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);

    @Override
    public void onPost(Post post) {
        blocked.countDown();
        while (free.getCount() > 0) {
            try {
                free.await();
            } catch (InterruptedException deaf) {
                // The worst kind of handler is meant.
            }
        }
    }

    void awaitBlocked(Duration atMost) throws InterruptedException {
        if (!blocked.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("The handler received no post.");
        }
    }

    @Override
    public void close() {
        free.countDown();
    }
}
