package cats;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.EmulatorExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The application as it is started by its main method, with real connections, and what its actuator says. */
class RunningApplicationTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    final EmulatorExtension x = EmulatorExtension.create();

    @Test
    void theApplicationCountsCatsAndItsActuatorKnows(@TempDir Path state) throws Exception {
        String token = x.emulator().bearerToken();
        try (ConfigurableApplicationContext context = SpringApplication.run(
                CatsApplication.class,
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--management.endpoint.env.show-values=always",
                "--gapless.base-url=" + x.emulator().baseUri(),
                "--gapless.bearer-token=" + token,
                "--gapless.state-directory=" + state)) {
            assertThat(x.emulator().awaitConnectionsOpen(1, SOON)).isTrue();
            x.publish("a cat");
            String actuator =
                    "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/actuator/";

            await(actuator + "metrics/gapless.posts.handled", "\"value\":1.0");
            assertThat(context.getBean(CatCounter.class).cats()).containsExactly("a cat");
            assertThat(get(actuator + "health")).contains("\"gapless\":{", "\"connectionsLive\":1", "\"UP\"");
            assertThat(get(actuator + "env")).contains("gapless.bearer-token", "******").doesNotContain(token);
        }
        assertThat(x.emulator().awaitConnectionsOpen(0, SOON)).isTrue();
    }

    private static void await(String address, String text) throws Exception {
        long untilNanos = System.nanoTime() + SOON.toNanos();
        while (!get(address).contains(text)) {
            assertThat(System.nanoTime()).as("%s has no %s", address, text).isLessThan(untilNanos);
            Thread.onSpinWait();
        }
    }

    private static String get(String address) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
