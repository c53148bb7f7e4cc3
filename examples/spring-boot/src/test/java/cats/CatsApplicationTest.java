package cats;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.EmulatorExtension;
import io.gapless.recovery.GaplessStream;
import io.gapless.spring.GaplessStreamCustomizer;
import io.gapless.testkit.Emulated;
import io.gapless.testkit.Recovered;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

// docs/spring-boot.md shows this class as it stands.
@SpringBootTest
@DirtiesContext
class CatsApplicationTest {
    @RegisterExtension
    static final EmulatorExtension x = EmulatorExtension.create();

    @TempDir
    static Path state;

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry registry) {
        registry.add("gapless.state-directory", () -> state);
        registry.add("gapless.bearer-token", () -> x.emulator().bearerToken());
    }

    @TestConfiguration
    static class WithEmulator {
        @Bean
        GaplessStreamCustomizer emulated() {
            return builder -> Emulated.connect(builder, x);
        }
    }

    @Autowired
    GaplessStream stream;

    @Autowired
    CatCounter counter;

    @Test
    void aCatOfAnOutageOfThreeHoursIsCounted() throws Exception {
        assertThat(stream.awaitGaps(Duration.ofMinutes(1))).isTrue();

        x.outage(Duration.ofHours(3), () -> x.publish("a cat in the outage"));

        Recovered.assertGaps(stream, 1, Duration.ofMinutes(30));
        assertThat(counter.cats()).containsExactly("a cat in the outage");
    }
}
