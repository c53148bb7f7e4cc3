package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.gapless.emulator.XEmulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DoctorTest {
    @AutoClose
    private final XEmulator x = XEmulator.builder().rule("cats", "cat").start();

    private Program.Ended doctor(Program program, String... more) {
        return program.runAt(x, List.of("doctor"), more);
    }

    @Test
    void whenAllIsWellEachLineIsOkAndNoStreamIsOpened() {
        Program.Ended ended = doctor(Program.with(x));
        assertThat(ended.status()).isZero();
        assertThat(ended.lines()).hasSize(9);
        assertThat(ended.lines().get(0)).startsWith("INFO  proxy ");
        assertThat(ended.lines().subList(1, 5))
                .as("of the clock, an answer that takes long says little")
                .allMatch(line -> line.startsWith("OK ") || line.startsWith("INFO  clock "));
        assertThat(ended.lines().subList(5, 9)).allMatch(line -> line.startsWith("INFO  outage "));
        assertThat(ended.out())
                .contains("a recovery job")
                .contains("12 recovery jobs")
                .contains("1 of 25000 rules");
        assertThat(x.connections()).isEmpty();
    }

    @Test
    void aProbeOpensTheStreamAndClosesIt() throws InterruptedException {
        Program.Ended ended = doctor(Program.with(x), "--probe");
        assertThat(ended.status()).isZero();
        assertThat(x.connections()).hasSize(1);
        assertThat(x.awaitConnectionsOpen(0, Said.PATIENCE)).isTrue();
    }

    @Test
    void aRefusedTokenFailsWithWhatToChange() {
        Program.Ended ended = doctor(Program.withToken("wrong"));
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.lines()).anyMatch(line -> line.startsWith("FAIL  token") && line.contains("portal"));
        assertThat(ended.out())
                .doesNotContain("outage")
                .doesNotContain("stream ")
                .contains("clock");
    }

    @Test
    void aPageInXsPlaceIsNoOkForTokenClockOrRules() throws IOException {
        HttpServer portal = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        portal.createContext("/", exchange -> {
            byte[] page = "<html>Please log in</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        portal.start();
        try {
            String url = "http://127.0.0.1:" + portal.getAddress().getPort();
            Program.Ended ended = Program.withToken("token").run("doctor", "--base-url", url);
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.lines()).anyMatch(line -> line.startsWith("FAIL  token") && line.contains("Not X"));
            assertThat(ended.out())
                    .doesNotContain("clock")
                    .doesNotContain("rules ")
                    .doesNotContain("outage");
        } finally {
            portal.stop(0);
        }
    }

    @Test
    void aMissingTokenFailsAndOnlyWhatWasLookedAtIsPrinted() {
        Program.Ended ended = doctor(new Program());
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.lines()).anyMatch(line -> line.startsWith("FAIL  token") && line.contains("X_BEARER_TOKEN"));
        assertThat(ended.lines()).hasSize(3);
    }

    @Test
    void aClockThatIsOffIsTold() {
        x.shiftTime(Duration.ofMinutes(-3));
        Program.Ended ended = doctor(Program.with(x));
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.lines())
                .anyMatch(line -> line.matches("WARN  clock .*(2 min 5\\d s|3 min( \\d s)?) ahead of.*NTP.*"));
    }

    @Test
    void noRulesIsAWarning() {
        try (XEmulator empty = XEmulator.builder().start()) {
            Program.Ended ended = Program.with(empty)
                    .run("doctor", "--base-url", empty.baseUri().toString());
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.lines()).anyMatch(line -> line.startsWith("WARN  rules") && line.contains("rules apply"));
        }
    }

    @Test
    void aServerThatIsAwayFailsWithWhereToLook() {
        x.close();
        Program.Ended ended = doctor(Program.with(x));
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.lines()).anyMatch(line -> line.startsWith("FAIL  token") && line.contains("proxy"));
        assertThat(ended.out()).doesNotContain("outage").doesNotContain("clock");
    }
}
