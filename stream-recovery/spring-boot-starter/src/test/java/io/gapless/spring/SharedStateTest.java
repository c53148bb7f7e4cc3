package io.gapless.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.gapless.emulator.EmulatorExtension;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.RecoveryEvent;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamListener;
import io.gapless.stream.post.PostHandler;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Two applications with one state in PostgreSQL, which both reach by a pool of their own. */
class SharedStateTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @RegisterExtension
    final EmulatorExtension x = EmulatorExtension.create();

    private final BlockingQueue<StreamEvent> events = new LinkedBlockingQueue<>();

    private ApplicationContextRunner application(String url) {
        return Applications.bare()
                .withBean(PostHandler.class, () -> post -> {})
                .withBean(StreamListener.class, () -> events::add)
                .withBean(HikariDataSource.class, () -> pool(url))
                .withPropertyValues(
                        "gapless.bearer-token=" + x.emulator().bearerToken(),
                        "gapless.base-url=" + x.emulator().baseUri(),
                        "gapless.rules.cats=cat",
                        "gapless.shared-state.name=cats",
                        "gapless.shared-state.lease=3s");
    }

    private static HikariDataSource pool(String url) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setUsername("postgres");
        return pool;
    }

    private void awaitEvent(Class<? extends StreamEvent> kind) throws InterruptedException {
        for (StreamEvent event = next(); !kind.isInstance(event); event = next()) {
            assertThat(event).as("an event before %s", kind.getSimpleName()).isNotNull();
        }
    }

    private @Nullable StreamEvent next() throws InterruptedException {
        return events.poll(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aWarmStandbyNeedsEnterpriseAccess() {
        application("jdbc:postgresql://127.0.0.1:1/postgres")
                .withPropertyValues("gapless.shared-state.warm-standby=true")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("warmStandby needs a second connection"));
    }

    @Test
    void oneOfTwoApplicationsHoldsTheStateAndTheOtherStandsBy() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            String url = "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
            application(url).run(first -> {
                awaitEvent(RecoveryEvent.TookOver.class);
                assertThat(x.emulator().awaitConnectionsOpen(1, SOON)).isTrue();
                assertThat(first.getBean(GaplessStream.class).term()).isPositive();
                // The state has a connection of its own: nobody has used the pool yet.
                assertThat(first.getBean(HikariDataSource.class).isRunning()).isFalse();

                application(url).run(second -> {
                    awaitEvent(RecoveryEvent.StandingBy.class);
                    assertThat(second.getBean(GaplessStream.class).term()).isZero();
                    Health standingBy = second.getBean(HealthIndicator.class).health();
                    assertThat(standingBy.getStatus()).isEqualTo(Status.UP);
                    assertThat(standingBy.getDetails()).containsEntry("condition", "STANDING_BY");
                });
            });
        }
    }
}
