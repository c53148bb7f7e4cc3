package io.gapless.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.state.Change;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When posts may go to Kafka. */
@Timeout(30)
class OffsetStateStoreTest {
    private final PartState of = HandoverTest.newPart();
    private final BlockingQueue<Offer> offers = new LinkedBlockingQueue<>();
    private final OffsetStateStore store = new OffsetStateStore(of, offers::add);

    private CompletableFuture<Void> awaitBegun() {
        return CompletableFuture.runAsync(() -> {
            try {
                store.awaitBegun();
            } catch (InterruptedException e) {
                throw new CompletionException(e);
            }
        });
    }

    @Test
    void theFirstPostsWaitUntilTheOffsetsHaveTheFirstStart() throws Exception {
        CompletableFuture<Void> posts = awaitBegun();
        CompletableFuture<Void> commit =
                CompletableFuture.runAsync(() -> store.commit(List.of(new Change.Noted("first start", "now"))));
        Offer offer = offers.take();
        assertThat(posts).isNotDone();

        offer.done().complete(null);

        commit.get();
        posts.get();
    }

    @Test
    void theFirstPostsDoNotWaitForATaskThatStops() throws Exception {
        CompletableFuture<Void> posts = awaitBegun();
        CompletableFuture<Void> commit =
                CompletableFuture.runAsync(() -> store.commit(List.of(new Change.Noted("first start", "now"))));

        offers.take().done().completeExceptionally(Handover.stopped());

        commit.get();
        posts.get();
    }
}
