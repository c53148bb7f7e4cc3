package io.gapless.stream.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.api.TokenSource;
import io.gapless.stream.api.XApi;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RulesInVirtualTimeTest {
    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-22T10:00:00Z"));

    @Test
    void aSyncNeedsNoThreadOfItsOwn() {
        CannedTransport wire = new CannedTransport(
                time,
                "{\"data\":[{\"id\":\"7\",\"value\":\"bird\",\"tag\":\"gapless:birds\"}],\"meta\":{}}",
                "{\"data\":[{\"id\":\"8\",\"value\":\"cat\",\"tag\":\"gapless:cats\"}],"
                        + "\"meta\":{\"summary\":{\"created\":1,\"not_created\":0}}}",
                "{\"meta\":{\"summary\":{\"deleted\":1,\"not_deleted\":0}}}");
        Rules rules = new Rules(new XApi(XApi.X, TokenSource.of(() -> "token"), wire, time));

        CompletableFuture<List<Rule>> synced =
                rules.planAsync(RuleSet.of("cats", "cat")).thenCompose(rules::applyAsync);
        time.advance(Duration.ofMillis(2_999));
        assertThat(synced).isNotDone();
        time.advance(Duration.ofMillis(1));

        assertThat(synced).isCompletedWithValue(List.of(new Rule("8", "cat", "gapless:cats")));
    }

    @Test
    void anAnswerThatNeverComesEndsAfterTheCallsTime() {
        Rules rules = new Rules(new XApi(XApi.X, TokenSource.of(() -> "token"), new CannedTransport(time), time));

        CompletableFuture<List<Rule>> list = rules.listAsync();
        time.advance(Duration.ofSeconds(30));

        assertThat(list).isCompletedExceptionally();
    }

    /** A wire in virtual time: each request is answered a second later with the next body, or never. */
    private static final class CannedTransport implements Transport {
        private final VirtualTime time;
        private final Deque<String> bodies;

        CannedTransport(VirtualTime time, String... bodies) {
            this.time = time;
            this.bodies = new ArrayDeque<>(List.of(bodies));
        }

        @Override
        public Exchange open(Request request, Receiver receiver) {
            if (!bodies.isEmpty()) {
                byte[] body = bodies.remove().getBytes(StandardCharsets.UTF_8);
                time.after(Duration.ofSeconds(1), () -> {
                    receiver.answered(new Head(200, Map.of()), time.nanoTime());
                    receiver.bytes(body, body.length, time.nanoTime());
                    receiver.ended(new Ending(Ending.Kind.COMPLETE, "the end"), time.nanoTime());
                });
                return new CannedExchange(() -> {});
            }
            return new CannedExchange(
                    () -> receiver.ended(new Ending(Ending.Kind.CANCELLED, "closed by this program"), time.nanoTime()));
        }

        @Override
        public void close() {
            bodies.clear();
        }
    }

    private record CannedExchange(Runnable onCancel) implements Transport.Exchange {
        @Override
        public void resume() {
            // Nothing here is ever held back.
        }

        @Override
        public void cancel() {
            onCancel.run();
        }
    }
}
