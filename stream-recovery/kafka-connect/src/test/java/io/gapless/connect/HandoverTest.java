package io.gapless.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.state.Change;
import io.gapless.stream.post.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HandoverTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final PartState of = newPart();
    private final Handover handover = new Handover();

    /** A part of a stream that has never run. */
    static PartState newPart() {
        return new PartState(
                StreamPart.of("cats", Endpoint.FILTERED_STREAM, 0),
                OffsetState.read(
                        0,
                        keys -> Map.of(),
                        new OffsetState.Limits(Duration.ofHours(1), Long.MAX_VALUE),
                        InstantSource.fixed(Instant.EPOCH)));
    }

    private Offer note(String value) {
        return Offer.ofChanges(of, List.of(new Change.Noted("skew", value)));
    }

    @Test
    void offersThatWaitAreTakenTogetherInTheirOrder() throws Exception {
        Offer first = note("1");
        Offer second = note("2");
        handover.leave(first);
        handover.leave(second);

        assertThat(handover.take(LONG, Duration.ZERO)).containsExactly(first, second);
        assertThat(handover.take(Duration.ofMillis(1), Duration.ZERO)).isEmpty();
    }

    @Test
    void anOfferEndsTheWait() throws Exception {
        CompletableFuture<List<Offer>> taken = CompletableFuture.supplyAsync(() -> {
            try {
                return handover.take(LONG, Duration.ZERO);
            } catch (InterruptedException e) {
                throw new CompletionException(e);
            }
        });
        Offer offer = note("1");
        handover.leave(offer);

        assertThat(taken.get()).containsExactly(offer);
    }

    @Test
    void aTaskThatStopsFailsWhatWaitsAndWhatComesLater() {
        Offer before = note("1");
        handover.leave(before);
        handover.close();
        Offer after = note("2");
        handover.leave(after);

        assertThat(before.done()).isCompletedExceptionally();
        assertThat(after.done()).isCompletedExceptionally();
    }
}
