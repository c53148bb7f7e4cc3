package io.gapless.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.emulator.EmulatorExtension;
import io.gapless.emulator.Misbehaviour;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.ledger.Gap;
import io.gapless.stream.Health;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a stream and an emulator with one clock agree on. */
class ClockTest {
    @RegisterExtension
    final EmulatorExtension x = EmulatorExtension.create(emulator -> emulator.rule("cats", "cat"));

    @TempDir
    Path directory;

    private final Set<String> handled = ConcurrentHashMap.newKeySet();

    private GaplessStream.Builder builder() {
        return Emulated.connect(GaplessStream.builder(), x)
                .access(Access.ENTERPRISE)
                .stateDirectory(directory)
                .handler(post -> handled.add(post.text()));
    }

    private GaplessStream live() throws InterruptedException {
        GaplessStream stream = builder().build();
        stream.start();
        assertThat(stream.awaitGaps(Duration.ofMinutes(30))).isTrue();
        return stream;
    }

    @Test
    void anHourWithoutAPostStallsNoConnection() throws Exception {
        try (GaplessStream stream = live()) {
            x.pass(Duration.ofHours(1));

            assertThat(x.emulator().connections()).hasSize(1);
            assertThat(stream.health().state()).isEqualTo(Health.State.LIVE);
            assertThat(stream.ledger(Instant.EPOCH)).isEmpty();
        }
    }

    @Test
    void aConnectionThatFallsSilentIsNoticedAfterTheStallTimeout() throws Exception {
        try (GaplessStream stream = live()) {
            x.inject(Misbehaviour.HALF_OPEN);
            x.pass(Duration.ofSeconds(24));
            assertThat(stream.health().connectionsLive()).isOne();

            x.pass(Duration.ofSeconds(2));

            assertThat(x.emulator().connections()).hasSize(2);
        }
    }

    @Test
    void whatIsPublishedIsHandledWithoutTimePassing() throws Exception {
        try (GaplessStream stream = live()) {
            Instant before = x.clock().instant();
            x.publish("a cat");
            x.pass(Duration.ZERO);

            assertThat(handled).containsExactly("a cat");
            assertThat(Duration.between(before, x.clock().instant())).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void theOutageInTheLedgerIsAsLongAsTheTestMadeIt() throws Exception {
        try (GaplessStream stream = live()) {
            x.outage(Duration.ofHours(5));
            Recovered.assertGaps(stream, 1, Duration.ofHours(1));

            Gap gap = stream.ledger(Instant.EPOCH).get(0);
            assertThat(Duration.between(gap.lastSignalAt(), gap.reconnectedAt().orElseThrow()))
                    .isBetween(Duration.ofHours(5), Duration.ofHours(5).plusMinutes(16));
        }
    }

    @Test
    void aRestartRecoversWhatWasPublishedMeanwhile() throws Exception {
        try (GaplessStream stream = live()) {
            x.pass(Duration.ofMinutes(1));
        }
        x.publish("a cat between two runs");
        x.pass(Duration.ofHours(2));

        try (GaplessStream stream = live()) {
            assertThat(handled).containsExactly("a cat between two runs");
            Recovered.assertGaps(stream, 1, Duration.ofHours(1));
        }
    }

    @Test
    void aStreamWithRealTimeoutsOfATestStillRuns() throws Exception {
        BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        try (GaplessStream stream =
                builder().handler(post -> texts.add(post.text())).build()) {
            stream.start();
            assertThat(x.emulator().awaitConnectionsOpen(1, Duration.ofSeconds(5)))
                    .isTrue();
            x.publish("a cat");

            assertThat(texts.poll(5, TimeUnit.SECONDS)).isEqualTo("a cat");
        }
    }

    @Test
    void aHandlerThatLetsTimePassIsRefused() throws Exception {
        BlockingQueue<Throwable> refused = new LinkedBlockingQueue<>();
        try (GaplessStream stream = builder()
                .handler(post -> {
                    try {
                        x.pass(Duration.ofHours(1));
                    } catch (IllegalStateException e) {
                        refused.add(e);
                    }
                })
                .build()) {
            stream.start();
            assertThat(stream.awaitGaps(Duration.ofMinutes(1))).isTrue();
            x.publish("a cat");
            x.pass(Duration.ZERO);

            assertThat(refused.poll()).hasMessageContaining("Call this method in the test.");
        }
    }

    @Test
    void anAssertionListsTheGaps() throws Exception {
        try (GaplessStream stream = live()) {
            x.outage(Duration.ofMinutes(10));

            assertThatThrownBy(() -> Recovered.assertGaps(stream, 2, Duration.ofHours(1)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("The ledger has 1 gaps, not 2.")
                    .hasMessageContaining(Recovered.describe(stream));
        }
    }

    @Test
    void anOutageLongerThanXServesIsListedAsLost() throws Exception {
        try (GaplessStream stream = live()) {
            x.outage(Duration.ofDays(9));

            assertThatThrownBy(() -> Recovered.assertGaps(stream, 1, Duration.ofHours(6)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("Not every gap was recovered.");
            List<Gap> ledger = stream.ledger(Instant.EPOCH);
            assertThat(ledger.get(0).lost()).isNotEmpty();
        }
    }
}
