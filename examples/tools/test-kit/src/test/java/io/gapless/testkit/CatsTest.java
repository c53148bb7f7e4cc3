package io.gapless.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gapless.emulator.EmulatorExtension;
import io.gapless.emulator.Misbehaviour;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

// docs/testing.md shows this class as it stands.
class CatsTest {
    @RegisterExtension
    final EmulatorExtension x = EmulatorExtension.create(emulator -> emulator.rule("cats", "cat"));

    @TempDir
    Path directory;

    private final List<String> handled = new CopyOnWriteArrayList<>();

    private GaplessStream stream() {
        return Emulated.connect(GaplessStream.builder(), x)
                .access(Access.ENTERPRISE)
                .stateDirectory(directory)
                .handler(post -> handled.add(post.text()))
                .build();
    }

    @Test
    void aPostOfAnOutageOfThreeHoursIsHandled() throws Exception {
        try (GaplessStream stream = stream()) {
            stream.start();
            assertTrue(stream.awaitGaps(Duration.ofMinutes(1)));

            x.outage(Duration.ofHours(3), () -> x.publish("a cat in the outage"));

            Recovered.assertGaps(stream, 1, Duration.ofMinutes(30));
            assertEquals(List.of("a cat in the outage"), handled);
        }
    }

    @Test
    void aPostAfterAResetIsHandledToo() throws Exception {
        try (GaplessStream stream = stream()) {
            stream.start();
            assertTrue(stream.awaitGaps(Duration.ofMinutes(1)));

            x.inject(Misbehaviour.RESET);
            x.pass(Duration.ofSeconds(10));
            x.publish("a cat after the reset");
            x.pass(Duration.ofSeconds(1));

            assertEquals(List.of("a cat after the reset"), handled);
        }
    }
}
