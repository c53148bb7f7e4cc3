package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.StreamBuilder;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.spi.Checkpoint;
import io.gapless.stream.spi.Overflow;
import io.gapless.stream.spi.Recovery;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A defect of the library ends the program with its own exit status instead of leaving it hanging. */
@Timeout(60)
class ConsumptionTest {
    private static final Error DEADLY = new OutOfMemoryError("on purpose");

    /** Kills the stream's thread once a connection is up, or the events' thread. */
    private static final class Deadly implements Recovery {
        private final boolean atEvents;
        private @Nullable Host host;

        Deadly(boolean atEvents) {
            this.atEvents = atEvents;
        }

        @Override
        public void begin(Host stream) {
            host = stream;
        }

        @Override
        public void connected(int connection, Accepted answer) {
            if (!atEvents || host == null) throw DEADLY;
            host.event(new DeadlyEvent(Instant.EPOCH));
        }
    }

    /** A stream with that recovery. */
    private static final class DeadlyBuilder extends StreamBuilder<DeadlyBuilder> {
        FilteredStream build(Deadly recovery) {
            return FilteredStream.of(this, recovery, Checkpoint.NONE, Overflow.NONE, () -> {});
        }
    }

    /** Kills whoever reads it out. */
    private record DeadlyEvent(Instant at) implements StreamEvent.OfRecovery {
        @Override
        public Severity severity() {
            throw DEADLY;
        }

        @Override
        public String describe() {
            return "deadly";
        }
    }

    private static void assertEndsWithTheDefect(boolean atEvents) throws Exception {
        Said out = new Said();
        ErrorLines err = new ErrorLines(new PrintStream(new Said(), true, StandardCharsets.UTF_8));
        try (XEmulator x = XEmulator.builder().rate(2).rule("cats", "cat").start();
                PostOutput output = PostOutput.to(out, false)) {
            Consumption consumption = new Consumption(err, false, output, false, Optional.empty());
            FilteredStream stream = new DeadlyBuilder()
                    .bearerToken(x.bearerToken())
                    .baseUrl(x.baseUri())
                    .batchHandler(10, consumption)
                    .onEvent(consumption)
                    .build(new Deadly(atEvents));
            assertThatThrownBy(() ->
                            consumption.run(stream::start, stream::health, stream::awaitClose, stream::close, null))
                    .isInstanceOfSatisfying(StreamException.class, fault -> assertThat(fault.reason())
                            .isEqualTo(StreamException.Reason.DEFECT))
                    .hasCause(DEADLY);
            assertThat(x.awaitConnectionsOpen(0, Said.PATIENCE)).isTrue();
        }
    }

    @Test
    void aThreadOfTheStreamThatDiesEndsTheProgram() throws Exception {
        assertEndsWithTheDefect(false);
    }

    @Test
    void theThreadOfEventsThatDiesEndsTheProgramAlthoughNoEventSaysSo() throws Exception {
        assertEndsWithTheDefect(true);
    }
}
