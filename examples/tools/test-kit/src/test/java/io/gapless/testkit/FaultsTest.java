package io.gapless.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.EmulatorExtension;
import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The emulator plays its faults within the process, too, and a stream survives them. One or two of each kind. */
class FaultsTest {
    @RegisterExtension
    final EmulatorExtension x = EmulatorExtension.create(
            emulator -> emulator.rule("cats", "cat").topics("cat").rate(0.05));

    @ParameterizedTest
    @EnumSource(
            names = {
                "EOF",
                "HALF_OPEN",
                "CUT_MID_LINE",
                "OPERATIONAL_DISCONNECT",
                "ONE_BYTE_CHUNKS",
                "HUGE_LINE",
                "INVALID_UTF8",
                "ACCEPT_AND_NEVER_ANSWER",
                "SLOW_HEADERS",
                "RATE_LIMITED",
                "REDIRECT",
                "GZIP",
                "JOB_STALLS",
                "JOB_IS_LIVE",
                "SEARCH_503"
            })
    void postsBeforeDuringAndAfterAFaultAreHandled(Misbehaviour fault, @TempDir Path directory) throws Exception {
        Set<Long> handled = ConcurrentHashMap.newKeySet();
        try (GaplessStream stream = Emulated.connect(GaplessStream.builder(), x)
                .access(Access.ENTERPRISE)
                .stateDirectory(directory)
                .handler(post -> handled.add(post.id()))
                .build()) {
            stream.start();
            assertThat(stream.awaitGaps(Duration.ofMinutes(1))).isTrue();
            long before = x.publish("a cat before");
            x.pass(Duration.ofMinutes(1));

            x.emulator().inject(Fault.of(fault));
            x.inject(Misbehaviour.RESET);
            x.outage(Duration.ofMinutes(10));
            assertThat(stream.awaitGaps(Duration.ofHours(2))).isTrue();
            long after = x.publish("a cat after");
            x.pass(Duration.ofMinutes(1));

            assertThat(handled).contains(before, after);
            assertThat(handled).hasSizeGreaterThan(30);
            assertThat(stream.health().openGaps()).isZero();
        }
    }
}
