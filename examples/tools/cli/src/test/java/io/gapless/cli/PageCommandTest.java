package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page beside a command: consume, send and demo. The page itself is tested in its own module. */
@Timeout(60)
class PageCommandTest {
    static final Pattern ADDRESS = Pattern.compile("(?<=The page is at )http://127\\.0\\.0\\.1:\\d+/");

    @TempDir
    private Path directory;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    static HttpResponse<String> get(URI page, String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(page.resolve(path)).build(), BodyHandlers.ofString());
    }

    /** The command that consumes from an emulator, with a page on any free port. */
    static String[] consume(XEmulator x, Path directory) {
        return new String[] {
            "consume",
            "--base-url",
            x.baseUri().toString(),
            "--state",
            directory.resolve("state").toString(),
            "--page",
            "0"
        };
    }

    static URI page(String printed) {
        Matcher found = ADDRESS.matcher(printed);
        assertThat(found.find()).isTrue();
        return URI.create(found.group());
    }

    @Test
    void consumeServesItsPageWithMetricsAndHealth() throws Exception {
        try (XEmulator x = XEmulator.builder()
                        .access(AccessLevel.ENTERPRISE)
                        .rate(50)
                        .topics("cat")
                        .rule("cats", "cat")
                        .start();
                ChildProgram gapless =
                        ChildProgram.start(Map.of("X_BEARER_TOKEN", x.bearerToken()), consume(x, directory))) {
            gapless.awaitOut(out -> out.lines().count() > 20);
            URI page = page(gapless.awaitErr(err -> ADDRESS.matcher(err).find()));

            assertThat(get(page, "/").body()).contains("<title>Gapless</title>");
            assertThat(get(page, "/ready").statusCode()).isEqualTo(200);
            assertThat(get(page, "/health").body()).matches("\\{\"condition\":\"(healthy|degraded)\"}\n");
            assertThat(get(page, "/metrics").body())
                    .containsPattern(
                            "gapless_posts_handled_total\\{endpoint=\"filtered\",origin=\"live\",stream=\"state\"} [1-9]")
                    .doesNotContain(x.bearerToken());
        }
    }

    private static String metrics(Program.Running running, String name) throws Exception {
        URI page = page(running.awaitErr(err -> ADDRESS.matcher(err).find()).err());
        return awaitMetrics(page, Pattern.compile(name));
    }

    private static String awaitMetrics(URI page, Pattern line) throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        String metrics = get(page, "/metrics").body();
        while (!line.matcher(metrics).find() && System.nanoTime() < untilNanos)
            metrics = get(page, "/metrics").body();
        assertThat(metrics).containsPattern(line);
        return metrics;
    }

    private static void assertEachMetricHas(String metrics, String tag) {
        assertThat(metrics.lines().filter(line -> line.startsWith("gapless_")))
                .isNotEmpty()
                .allMatch(line -> line.contains(tag));
    }

    @Test
    void consumeWithoutAStateHasBothTagsToo() throws Exception {
        try (XEmulator x = XEmulator.builder().rule("cats", "cat").start();
                Program.Running running = Program.with(x)
                        .start("consume", "--base-url", x.baseUri().toString(), "--page", "0")) {
            String metrics = metrics(running, "gapless_condition");

            assertEachMetricHas(metrics, "stream=\"consume\"");
            assertEachMetricHas(metrics, "endpoint=\"filtered\"");
        }
    }

    @Test
    void sendServesItsPageWithHealthAndTheTagOfItsState() throws Exception {
        String database = "jdbc:sqlite:" + directory.resolve("shop.db");
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE request (ticket TEXT PRIMARY KEY, modified TEXT)");
        }
        Path query = Files.writeString(directory.resolve("query.sql"), """
                SELECT ticket AS request_id, 'water' AS service_id, modified AS opening_date, 7 AS status_id,
                       modified AS last_modified_date
                FROM request WHERE modified >= ? AND modified < ?;
                """);
        try (Receiver receiver = Receiver.start();
                Program.Running running = new Program()
                        .and("GAPLESS_API_KEY", "key-of-the-endpoint")
                        .start(
                                "send",
                                "--from-jdbc",
                                database,
                                "--query",
                                query.toString(),
                                "--to",
                                receiver.url(),
                                "--state",
                                directory.resolve("shop").toString(),
                                "--page",
                                "0")) {
            String metrics = metrics(running, "gapless_sender_late");

            assertEachMetricHas(metrics, "stream=\"shop\"");
            assertThat(metrics).doesNotContain("endpoint=\"");
            URI page = page(running.awaitErr(err -> ADDRESS.matcher(err).find()).err());
            assertThat(get(page, "/health").statusCode()).isEqualTo(200);
            assertThat(get(page, "/ready").body()).isEqualTo("{\"condition\":\"healthy\"}\n");
        }
    }

    @Test
    void anAddressThatOthersReachNeedsAPassword() {
        Program.Ended ended = Program.withToken("AAAA").run("consume", "--page", "0.0.0.0:0");

        assertThat(ended.status()).isEqualTo(ExitCode.USAGE.status());
        assertThat(ended.err()).contains("GAPLESS_PAGE_PASSWORD");
    }

    @Test
    void aPasswordThatIsTooShortIsRefusedAndNotPrinted() {
        Program.Ended ended =
                Program.withToken("AAAA").and("GAPLESS_PAGE_PASSWORD", "sesame").run("consume", "--page", "0");

        assertThat(ended.status()).isEqualTo(ExitCode.USAGE.status());
        assertThat(ended.err()).contains("fewer than 8 characters").doesNotContain("sesame");
    }

    @Test
    void whatIsNoPortIsRefusedWithTheRightForm() {
        for (String wrong : List.of("x", "70000", "host with spaces:80"))
            assertThat(Program.withToken("AAAA").run("consume", "--page", wrong).err())
                    .contains("write 8090, or 0.0.0.0:8090");
    }

    @Test
    void aPasswordFileWithoutAPageIsRefused() throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "correct horse\n");

        assertThat(Program.withToken("AAAA")
                        .run("consume", "--page-password-file", file.toString())
                        .err())
                .contains("need --page PORT");
    }

    @Test
    void theDemoHasAButtonForEachFaultAndEachCanBePressed() throws Exception {
        assertThat(DemoButtons.groups().values().stream().flatMap(Collection::stream))
                .containsExactlyInAnyOrder(Misbehaviour.values());

        try (ChildProgram demo = ChildProgram.start(Map.of(), "demo", "--page", "0")) {
            URI page = page(demo.awaitOut(out -> ADDRESS.matcher(out).find()));
            HttpResponse<String> pressed = HTTP.send(
                    HttpRequest.newBuilder(page.resolve("/press/0"))
                            .header("X-Gapless-Page", "1")
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());

            assertThat(pressed.body()).isEqualTo("Eof: done.");
            // The fault strikes the connection, or the connect that is under way.
            Pattern struck = Pattern.compile(
                    "gapless_(disconnections|connects_failed)_total\\{cause=\"closed_by_server\",connection=\"1\"[^}]*} 1");
            awaitMetrics(page, struck);
            // The demo starts its sender a moment after its stream.
            String metrics = awaitMetrics(page, Pattern.compile("gapless_sender_waiting_records"));
            assertEachMetricHas(metrics, "stream=\"demo\"");
            assertEachMetricHas(metrics, "endpoint=\"filtered\"");
        }
    }
}
