package io.gapless.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.outbox.Sender;
import io.gapless.stream.FilteredStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names in dashboard, alert rules and documents are those that {@code /metrics} serves. */
@Timeout(60)
class MetricNamesTest {
    private static final Path DOCS = Path.of("../../docs");
    private static final Pattern NAME = Pattern.compile("\\bgapless_[a-z_]+[a-z]");

    @TempDir
    static Path directory;

    private static FilteredStream stream;
    private static Sender sender;
    private static GaplessPage page;
    private static String served;

    @BeforeAll
    static void readMetrics() throws Exception {
        stream = FilteredStream.builder()
                .bearerToken("A".repeat(40))
                .handler(post -> {})
                .build();
        sender = Sender.builder()
                .to(URI.create("http://127.0.0.1:9"))
                .stateDirectory(directory)
                .build();
        page = GaplessPage.builder().port(0).tag("stream", "cats").start();
        page.show(stream);
        page.show(sender);
        Instant until = Instant.now().plus(Duration.ofSeconds(30));
        do {
            HttpRequest request =
                    HttpRequest.newBuilder(page.uri().resolve("/metrics")).build();
            served = HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofString())
                    .body();
        } while (!served.contains("gapless_sender_") && Instant.now().isBefore(until));
    }

    @AfterAll
    static void close() {
        page.close();
        sender.close();
        stream.close();
    }

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        NAME.matcher(text).results().forEach(found -> names.add(found.group()));
        return names;
    }

    private static Set<String> servedNames() {
        Set<String> names = new TreeSet<>();
        served.lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> names.add(line.replaceFirst("[{ ].*", "")));
        return names;
    }

    @ParameterizedTest
    @ValueSource(strings = {"observe/grafana.json", "observe/alerts.yml"})
    void eachNameOfAFileIsServed(String file) throws Exception {
        Set<String> used = names(Files.readString(DOCS.resolve(file)));

        assertThat(used).hasSizeGreaterThan(10);
        assertThat(servedNames()).containsAll(used);
    }

    @Test
    void eachMetricHasTheTagsOfThePage() {
        assertThat(served.lines().filter(line -> line.startsWith("gapless_")))
                .isNotEmpty()
                .allMatch(line -> line.contains("stream=\"cats\""));
    }

    @Test
    void eachServedNameIsInTheDocumentAndTheOtherWayRound() throws Exception {
        Set<String> documented = names(Files.readString(DOCS.resolve("observe.md")));
        Set<String> expected = new TreeSet<>(servedNames());
        // The sum and the greatest value belong to the timer, whose count is in the document.
        expected.removeIf(name -> name.startsWith("gapless_handler_time_seconds_") && !name.endsWith("_count"));

        assertThat(documented).isEqualTo(expected);
    }

    @Test
    void eachLabelThatADashboardOrRuleSelectsByExists() throws Exception {
        String files = Files.readString(DOCS.resolve("observe/grafana.json"))
                + Files.readString(DOCS.resolve("observe/alerts.yml"));
        Set<String> labels = new TreeSet<>();
        Pattern.compile("sum by \\(([a-z, ]+)\\)")
                .matcher(files)
                .results()
                .forEach(found -> labels.addAll(Set.of(found.group(1).split(", "))));
        labels.remove("instance");

        assertThat(labels).isNotEmpty();
        for (String label : labels) assertThat(served).contains(label + "=\"");
    }
}
