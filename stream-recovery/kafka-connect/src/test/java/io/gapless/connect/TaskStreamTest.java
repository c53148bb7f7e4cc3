package io.gapless.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.Health;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream inside a task, one of whose threads dies. */
@Timeout(60)
class TaskStreamTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BEFORE_RESTART = Duration.ofSeconds(10);

    private final XEmulator x = XEmulator.builder()
            .access(AccessLevel.ENTERPRISE)
            .rule("cats", "cat")
            .start();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger deaths = new AtomicInteger();
    private TaskStream stream;

    @BeforeEach
    void start() {
        Map<String, String> settings = SettingsTest.good();
        settings.put("x.base.url", x.baseUri().toString());
        settings.put("x.bearer.token", x.bearerToken());
        stream = new TaskStream(
                new ConnectorSettings(settings),
                new Shares(List.of(0)),
                HandoverTest.newPart(),
                this::commit,
                nanos::get);
    }

    @AfterEach
    void stop() {
        stream.close();
        x.close();
    }

    /** Kills the thread that commits, as many times as there are deaths left. */
    private void commit(Offer offer) {
        if (offer.posts().isEmpty() && deaths.getAndUpdate(left -> Math.max(0, left - 1)) > 0)
            throw new OutOfMemoryError("on purpose");
        offer.done().complete(null);
    }

    private void die() throws InterruptedException {
        assertThat(x.awaitConnectionsOpen(1, PATIENCE)).isTrue();
        deaths.set(1);
        x.publish("a cat");
        while (!stream.isDown()) stream.check();
    }

    private void pass(Duration length) throws InterruptedException {
        nanos.addAndGet(length.toNanos());
        stream.check();
    }

    @Test
    void aStreamWhoseThreadHasDiedStartsAgainAfterAPause() throws Exception {
        die();
        pass(BEFORE_RESTART.minusMillis(1));
        assertThat(stream.health().state()).isEqualTo(Health.State.FAILED);

        pass(Duration.ofMillis(1));

        assertThat(x.awaitConnectionsOpen(1, PATIENCE)).isTrue();
    }

    @Test
    void aFourthDeathWithinAnHourFailsTheTask() throws Exception {
        for (int death = 0; death < 3; death++) {
            die();
            pass(BEFORE_RESTART);
        }

        assertThatThrownBy(this::die)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("cats has given up")
                .hasMessageContaining("threads has died");
    }

    @Test
    void deathsThatLieFarApartFailNoTask() throws Exception {
        for (int death = 0; death < 5; death++) {
            die();
            pass(BEFORE_RESTART);
            pass(Duration.ofMinutes(30));
        }

        assertThat(x.awaitConnectionsOpen(1, PATIENCE)).isTrue();
    }
}
