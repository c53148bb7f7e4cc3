package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gapless.recovery.outbox.Sender;
import io.gapless.stream.post.Endpoint;
import io.gapless.stream.rules.RuleSet;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What is wrong with the settings. */
class GaplessStreamBuilderTest {
    @TempDir
    private Path directory;

    private static Arguments wrong(String parameter, Consumer<GaplessStream.Builder> setting) {
        return arguments(parameter, setting);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong("overlap", builder -> builder.overlap(Duration.ofSeconds(29))),
                wrong("overlap", builder -> builder.overlap(Duration.ofSeconds(241))),
                wrong("since", builder -> builder.since(Instant.now().plus(Duration.ofDays(1)))),
                wrong("baseUrl", builder -> builder.baseUrl(URI.create("http://x.example"))),
                wrong("baseUrl", builder -> builder.baseUrl(URI.create("nowhere"))),
                wrong("maxRecoveredPosts", builder -> builder.maxRecoveredPosts(-1)),
                wrong("connections", builder -> builder.connections(3)),
                wrong("rules", builder -> builder.rules(RuleSet.of("cats", "cat ("))),
                wrong("bearerToken", builder -> builder.bearerToken((String) null)),
                wrong("apiKey", builder -> builder.apiKey("key", "")),
                wrong("deadLetters", builder -> builder.deadLetters(null)),
                wrong("closeOnShutdown", builder -> builder.closeOnShutdown(Duration.ofSeconds(-1))),
                wrong("stateDirectory", builder -> builder.stateDirectory(null)),
                wrong("store", builder -> builder.store(null)),
                wrong("lockWait", builder -> builder.lockWait(null)),
                wrong("lockWait", builder -> builder.lockWait(Duration.ofSeconds(-1))),
                wrong("access", builder -> builder.access(null)),
                wrong("overlap", builder -> builder.overlap(null)),
                wrong("since", builder -> builder.since(null)),
                wrong("endpoint", builder -> builder.endpoint(null)),
                wrong("X divides", builder -> builder.endpoint(Endpoint.FIREHOSE_STREAM)),
                wrong("access", builder -> builder.endpoint(Endpoint.SAMPLE_STREAM)
                        .access(Access.PAY_PER_USE)),
                wrong("archiveSearch", builder -> builder.endpoint(Endpoint.SAMPLE_STREAM)
                        .archiveSearch(true)));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsOutOfRangeIsNamedBeforeADirectoryIsMade(String parameter, Consumer<GaplessStream.Builder> setting) {
        Path state = directory.resolve("state");
        assertThatThrownBy(() -> {
                    GaplessStream.Builder builder = GaplessStream.builder()
                            .bearerToken("token")
                            .handler(post -> {})
                            .stateDirectory(state);
                    setting.accept(builder);
                    builder.build();
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(parameter);
        assertThat(state).doesNotExist();
    }

    @Test
    void theHelloWorldWithoutItsTokenFailsAtOnceAndSaysWhatToSet() {
        assertThatThrownBy(
                        () -> GaplessStream.builder().bearerToken(System.getenv("X_BEARER_TOKEN_THAT_NOBODY_HAS_SET")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bearerToken: the token is null. If it comes from an environment variable, that variable is"
                        + " not set in this process. Set it, or pass the token in another way.");
    }

    static Stream<Arguments> incomplete() {
        return Stream.of(
                wrong("No token is set", builder -> builder.handler(post -> {})),
                wrong("No handler is set", builder -> builder.bearerToken("token")));
    }

    @ParameterizedTest
    @MethodSource("incomplete")
    void whatIsMissingIsNamedBeforeADirectoryIsMade(String message, Consumer<GaplessStream.Builder> setting) {
        Path state = directory.resolve("state");
        GaplessStream.Builder builder = GaplessStream.builder().stateDirectory(state);
        setting.accept(builder);
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
        assertThat(state).doesNotExist();
    }

    @Test
    void aSenderWithASharedStateIsRefusedBecauseItsOutboxStaysOnOneHost() {
        try (Sender sender = Sender.builder()
                .stateDirectory(directory.resolve("outbox"))
                .to(URI.create("http://localhost:1"))
                .apiKey(() -> "key")
                .build()) {
            GaplessStream.Builder builder = GaplessStream.builder()
                    .bearerToken("token")
                    .sharedState(new PGSimpleDataSource(), "cats")
                    .batchHandler(100, sender);
            assertThatThrownBy(builder::build)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("The handler is a Sender, and the state is shared.");
        }
    }
}
