package io.gapless.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GaplessPageTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();

    private static GaplessPage page() {
        return GaplessPage.builder().port(0).start();
    }

    private HttpResponse<String> get(GaplessPage page, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(page.uri().resolve(path));
        if (headers.length > 0) request.headers(headers);
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void thePageIsServedOnThisMachineOnlyWithAStrictPolicy() throws Exception {
        try (GaplessPage page = page()) {
            HttpResponse<String> answer = get(page, "/");

            assertThat(InetAddress.getByName(page.uri().getHost()).isLoopbackAddress())
                    .isTrue();
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.body()).doesNotContain("style=", "onclick", "<script>", "http://", "https://");
        }
    }

    @Test
    void aRequestForAnotherHostIsRefusedAndSaysWhatToChange() throws Exception {
        try (GaplessPage page = page();
                Socket socket = new Socket(page.uri().getHost(), page.uri().getPort())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 421")
                    .contains("--page-host");
        }
    }

    @Test
    void aPasswordProtectsEverythingButTheTwoWordsForServiceManagers() throws Exception {
        try (GaplessPage page =
                GaplessPage.builder().port(0).password("correct horse").start()) {
            String right =
                    "Basic " + Base64.getEncoder().encodeToString("x:correct horse".getBytes(StandardCharsets.UTF_8));

            for (String path : List.of("/", "/metrics", "/events", "/page.js", "/nothing"))
                assertThat(get(page, path).statusCode()).as(path).isEqualTo(401);
            assertThat(get(page, "/metrics", "Authorization", right).statusCode())
                    .isEqualTo(200);
            assertThat(get(page, "/health").statusCode()).isEqualTo(200);
            assertThat(get(page, "/ready").body()).isEqualTo("{\"condition\":\"starting\"}\n");
        }
    }

    @Test
    void anAddressThatOthersReachNeedsAPassword() throws Exception {
        GaplessPage.Builder builder = GaplessPage.builder().port(0).address(InetAddress.getByName("0.0.0.0"));

        assertThatThrownBy(builder::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("password(…)");
        try (GaplessPage page = builder.password("correct horse").start()) {
            assertThat(get(page, "/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aPortThatIsInUseIsNamed() {
        try (GaplessPage first = page()) {
            int port = first.uri().getPort();

            assertThatThrownBy(() -> GaplessPage.builder().port(port).start())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(":" + port)
                    .hasMessageContaining("choose another one");
        }
    }

    @Test
    void anUnknownPathAndAnotherMethodAreRefused() throws Exception {
        try (GaplessPage page = page()) {
            assertThat(get(page, "/../pom.xml").statusCode()).isEqualTo(404);
            assertThat(get(page, "/module-info.class").statusCode()).isEqualTo(404);
            HttpRequest post = HttpRequest.newBuilder(page.uri())
                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                    .build();
            assertThat(http.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
        }
    }

    @Test
    void aButtonRunsOnceForAPressOfThePageAndNotForAnotherSite() throws Exception {
        AtomicInteger presses = new AtomicInteger();
        try (GaplessPage page = GaplessPage.builder()
                .port(0)
                .button("Faults", "Reset", presses::incrementAndGet)
                .button("Faults", "Broken", () -> {
                    throw new IllegalStateException("no emulator");
                })
                .start()) {
            HttpRequest.Builder press =
                    HttpRequest.newBuilder(page.uri().resolve("/press/0")).POST(HttpRequest.BodyPublishers.noBody());
            assertThat(http.send(press.build(), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(403);
            assertThat(get(page, "/press/0", "X-Gapless-Page", "1").statusCode())
                    .isEqualTo(403);
            assertThat(presses).hasValue(0);

            assertThat(http.send(press.header("X-Gapless-Page", "1").build(), BodyHandlers.ofString())
                            .body())
                    .isEqualTo("Reset: done.");
            assertThat(presses).hasValue(1);
            HttpRequest broken = HttpRequest.newBuilder(page.uri().resolve("/press/1"))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .header("X-Gapless-Page", "1")
                    .build();
            assertThat(http.send(broken, BodyHandlers.ofString()).body()).isEqualTo("Broken failed: no emulator");
        }
    }

    @Test
    void aBrowserGetsEverythingAtOnceAndThenASecondAfterASecond() throws Exception {
        try (GaplessPage page = GaplessPage.builder().port(0).title("cats").start();
                BufferedReader events = events(page)) {
            JsonNode first = frame(events);
            // The ticker may be about to send the changes when a browser arrives: this one can follow at once.
            JsonNode second = frame(events);
            JsonNode third = frame(events);

            assertThat(first.path("title").asText()).isEqualTo("cats");
            assertThat(first.path("gaps").isArray()).isTrue();
            assertThat(second.has("title")).isFalse();
            assertThat(third.path("at").asLong())
                    .isGreaterThan(second.path("at").asLong());
        }
    }

    @Test
    void noMoreBrowsersThanTheBoundAreServedAndOneThatLeavesMakesRoom() throws Exception {
        List<BufferedReader> open = new ArrayList<>();
        try (GaplessPage page = page()) {
            for (int i = 0; i < Viewers.VIEWERS_MAX; i++) open.add(events(page));

            assertThat(get(page, "/events").statusCode()).isEqualTo(503);
            assertThat(get(page, "/health").statusCode()).isEqualTo(200);

            open.remove(0).close();
            // The page notices at its next write, within a second or two.
            Instant until = Instant.now().plus(Duration.ofSeconds(20));
            boolean room = false;
            while (!room && Instant.now().isBefore(until)) {
                try {
                    open.add(events(page));
                    room = true;
                } catch (IOException stillFull) {
                    frame(open.get(0));
                }
            }
            assertThat(room).isTrue();
        } finally {
            for (BufferedReader one : open) one.close();
        }
    }

    @Test
    void requestsThatComeTooSlowlyDoNotKeepTheThreadsOfThePage() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try (GaplessPage page = page();
                BufferedReader events = events(page)) {
            frame(events);
            for (int i = 0; i < Viewers.VIEWERS_MAX + PageServer.SPARE_THREADS; i++)
                slow.add(sent(page, "GET /health HTTP/1.1\r\nHost: local"));
            slow.add(sent(page, "POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1234"));
            Duration tooLong = RequestThreads.REQUEST_MAX.plusSeconds(10);

            for (Socket one : slow) {
                one.setSoTimeout(100);
                while (!isEnded(one)) page.endSlowRequests(System.nanoTime() + tooLong.toNanos());
            }
            assertThat(get(page, "/health").statusCode()).isEqualTo(200);
            assertThat(frame(events).has("at")).as("a viewer may stay").isTrue();
        } finally {
            for (Socket one : slow) one.close();
        }
    }

    private static Socket sent(GaplessPage page, String beginning) throws IOException {
        Socket socket = new Socket(page.uri().getHost(), page.uri().getPort());
        socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Reads what the server has answered, if it has. */
    private static boolean isEnded(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void closingThePageEndsItsBrowsers() throws Exception {
        GaplessPage page = page();
        try (BufferedReader events = events(page)) {
            frame(events);
            page.close();

            assertThat(framesUntilTheEnd(events)).isLessThan(3);
        }
    }

    /** The server may end the body in order, or within a chunk. */
    private static int framesUntilTheEnd(BufferedReader events) {
        int frames = 0;
        try {
            for (String line = events.readLine(); line != null; line = events.readLine())
                if (line.startsWith("data")) frames++;
        } catch (IOException cut) {
            assertThat(cut).hasMessageNotContaining("timed out");
        }
        return frames;
    }

    private BufferedReader events(GaplessPage page) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                http.send(HttpRequest.newBuilder(page.uri().resolve("/events")).build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) throw new IOException("status " + answer.statusCode());
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)) {
            @Override
            public void close() throws IOException {
                // Closing the reader would wait for the lock that a read holds.
                answer.body().close();
            }
        };
    }

    private static JsonNode frame(BufferedReader events) throws IOException {
        String line = events.readLine();
        while (line != null && !line.startsWith("data: ")) line = events.readLine();
        if (line == null) throw new IOException("the events have ended");
        return JSON.readTree(line.substring("data: ".length()));
    }
}
