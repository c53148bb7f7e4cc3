package io.gapless.conformance;

import io.gapless.stream.post.Post;
import io.gapless.stream.post.PostHandler;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Blocks the handler's thread until this object is closed, even if the thread is interrupted. Thread-safe. */
final class BlockedHandler implements PostHandler, AutoCloseable {
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);

    @Override
    public void onPost(Post post) {
        blocked.countDown();
        while (free.getCount() > 0) {
            try {
                free.await();
            } catch (InterruptedException deaf) {
                // This models the worst handler: one that ignores interrupts.
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
