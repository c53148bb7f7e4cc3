package io.gapless.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.EmulatorExtension;
import io.gapless.emulator.Misbehaviour;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.Health;
import io.gapless.stream.Health.Condition;
import io.gapless.stream.Health.State;
import io.gapless.stream.post.PostHandler;
import io.gapless.testkit.Emulated;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The health indicator says what the stream's condition says, in the words of Spring Boot. */
@Timeout(60)
class StreamHealthTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @RegisterExtension
    final EmulatorExtension x = EmulatorExtension.create();

    @TempDir
    Path state;

    /** An application that lives by the emulator's clock. Its stream starts when the test starts it. */
    private ApplicationContextRunner application(PostHandler handler) {
        return Applications.complete(state)
                .withBean(PostHandler.class, () -> handler)
                .withBean(GaplessStreamCustomizer.class, () -> builder -> Emulated.connect(builder, x))
                .withPropertyValues("gapless.rules.cats=cat");
    }

    private static Health health(AssertableApplicationContext context) {
        return context.getBean(GaplessStream.class).health();
    }

    private static void assertHealth(
            AssertableApplicationContext context, Status status, Condition condition, State state) {
        org.springframework.boot.actuate.health.Health said =
                context.getBean(HealthIndicator.class).health();
        assertThat(said.getStatus()).isEqualTo(status);
        assertThat(said.getDetails())
                .containsEntry("condition", condition.name())
                .containsEntry("state", state.name());
    }

    private void awaitState(AssertableApplicationContext context, State state) throws InterruptedException {
        assertThat(x.passUntil(() -> health(context).state() == state, SOON))
                .as("%s", state)
                .isTrue();
    }

    private void becomesHealthy(AssertableApplicationContext context) throws InterruptedException {
        GaplessStream stream = context.getBean(GaplessStream.class);
        stream.start();
        assertThat(x.passUntil(() -> stream.condition() == Condition.HEALTHY, SOON))
                .as("healthy")
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void onlyAStreamThatHasEndedIsDown(State state) {
        boolean ended = state == State.FAILED || state == State.CLOSED;
        for (Condition condition : Condition.values()) {
            boolean ready = condition == Condition.HEALTHY
                    || condition == Condition.DEGRADED
                    || condition == Condition.STANDING_BY;
            assertThat(StreamReport.status(state, condition))
                    .isEqualTo(ended ? "DOWN" : ready ? "UP" : "OUT_OF_SERVICE");
        }
    }

    @Test
    void aStreamThatIsNotStartedIsOutOfService() {
        application(post -> {})
                .run(context -> assertHealth(context, Status.OUT_OF_SERVICE, Condition.STALE, State.NEW));
    }

    @Test
    void aHealthyStreamIsUp() {
        application(post -> {}).run(context -> {
            becomesHealthy(context);

            assertHealth(context, Status.UP, Condition.HEALTHY, State.LIVE);
        });
    }

    @Test
    void aStreamThatXHasNotAnsweredYetIsOutOfService() {
        application(post -> {}).run(context -> {
            x.emulator().goOffline();
            context.getBean(GaplessStream.class).start();
            assertThat(x.passUntil(() -> health(context).lastEnding().isPresent(), SOON))
                    .isTrue();

            org.springframework.boot.actuate.health.Health said =
                    context.getBean(HealthIndicator.class).health();
            assertThat(said.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(said.getDetails()).containsEntry("condition", "STALE").containsKey("lastEnding");
        });
    }

    @Test
    void aConnectionThatWasLostIsUpForSixtySecondsAndThenOutOfService() {
        application(post -> {}).run(context -> {
            becomesHealthy(context);
            x.emulator().goOffline();
            awaitState(context, State.BACKING_OFF);

            assertHealth(context, Status.UP, Condition.DEGRADED, State.BACKING_OFF);

            x.pass(Duration.ofSeconds(61));

            org.springframework.boot.actuate.health.Health said =
                    context.getBean(HealthIndicator.class).health();
            assertThat(said.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(said.getDetails()).containsEntry("condition", "STALE");
        });
    }

    @Test
    void aConnectionThatIsUpButSilentForSixtySecondsIsOutOfService() {
        application(post -> {}).withPropertyValues("gapless.stall-timeout=5m").run(context -> {
            becomesHealthy(context);
            x.inject(Misbehaviour.HALF_OPEN);
            x.pass(Duration.ofSeconds(61));

            assertHealth(context, Status.OUT_OF_SERVICE, Condition.STALE, State.LIVE);
        });
    }

    @Test
    void aHandlerThatIsDownLeavesTheStreamUp() {
        application(post -> {
                    throw new IllegalStateException("the database of the handler is away");
                })
                .run(context -> {
                    becomesHealthy(context);
                    for (int i = 0; i < 50; i++) x.publish("a cat");
                    assertThat(x.passUntil(() -> health(context).handlerDown(), Duration.ofMinutes(10)))
                            .as("handler down")
                            .isTrue();

                    assertHealth(context, Status.UP, Condition.DEGRADED, State.LIVE);
                    assertThat(context.getBean(HealthIndicator.class).health().getDetails())
                            .containsEntry("handlerDown", true);
                });
    }

    @Test
    void aParkedStreamIsOutOfService() {
        application(post -> {}).run(context -> {
            becomesHealthy(context);
            x.inject(Misbehaviour.USAGE_CAP);
            x.inject(Misbehaviour.EOF);
            awaitState(context, State.PARKED);

            assertHealth(context, Status.OUT_OF_SERVICE, Condition.PARKED, State.PARKED);
        });
    }

    @Test
    void aStreamThatHasEndedIsDown() {
        application(post -> {}).run(context -> {
            becomesHealthy(context);
            context.getBean(GaplessStream.class).close();

            assertHealth(context, Status.DOWN, Condition.STALE, State.CLOSED);
        });
    }

    @Test
    void aStreamThatHasGivenUpIsDown() {
        application(post -> {})
                .withBean(
                        "wrongToken",
                        GaplessStreamCustomizer.class,
                        () -> builder -> Emulated.connect(builder, x).bearerToken("B".repeat(40)))
                .run(context -> {
                    context.getBean(GaplessStream.class).start();
                    assertThat(x.passUntil(() -> health(context).state() == State.FAILED, Duration.ofHours(2)))
                            .as("failed")
                            .isTrue();

                    assertHealth(context, Status.DOWN, Condition.STALE, State.FAILED);
                });
    }
}
