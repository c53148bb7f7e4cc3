package io.gapless.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gapless.recovery.outbox.SenderMetrics;
import io.gapless.stream.StreamMetrics;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of meters, the dashboard and the alert rules say what the meters are. */
@Timeout(60)
class MetricTablesTest {
    private static final String ALERTS = "docs/observe/alerts.yml";

    private static List<Meter.Id> meters() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new StreamMetrics(() -> {
                    throw new AssertionError("no meter is read here");
                })
                .bindTo(registry);
        new SenderMetrics(() -> {
                    throw new AssertionError("no meter is read here");
                })
                .bindTo(registry);
        return registry.getMeters().stream().map(Meter::getId).toList();
    }

    /** Returns the name that Prometheus has for a meter; of a timer, that of its count. */
    private static String prometheus(Meter.Id id) {
        String name = id.getName().replace('.', '_');
        String unit = unit(id);
        if (!unit.isEmpty() && !name.endsWith("_" + unit)) name += "_" + unit;
        return switch (id.getType()) {
            case COUNTER -> name + "_total";
            case TIMER -> name + "_count";
            default -> name;
        };
    }

    private static String unit(Meter.Id id) {
        if (id.getType() == Meter.Type.TIMER) return "seconds";
        return id.getBaseUnit() == null ? "" : id.getBaseUnit();
    }

    private static String kind(Meter.Id id) {
        String unit = unit(id);
        return id.getType().name().toLowerCase(Locale.ROOT) + (unit.isEmpty() ? "" : ", " + unit);
    }

    /** The row of a meter, but for its meaning. */
    private static String row(Meter.Id id) {
        String tags = id.getTags().stream().map(tag -> "`" + tag.getKey() + "`").collect(Collectors.joining(", "));
        String sum = id.getType() == Meter.Type.TIMER ? ", `_sum`" : "";
        return "| `" + id.getName() + "` | `" + prometheus(id) + "`" + sum + " | " + kind(id) + " | " + tags + " |";
    }

    /** Returns the values of each tag of the meters with a name that Prometheus has. */
    private static Map<String, Map<String, Set<String>>> values() {
        Map<String, Map<String, Set<String>>> values = new TreeMap<>();
        for (Meter.Id id : meters()) {
            Map<String, Set<String>> ofName = values.computeIfAbsent(prometheus(id), name -> new TreeMap<>());
            for (Tag tag : id.getTags())
                ofName.computeIfAbsent(tag.getKey(), key -> new TreeSet<>()).add(tag.getValue());
        }
        return values;
    }

    private static Stream<MatchResult> found(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results();
    }

    @Test
    void eachRowHasNameKindUnitAndTagsOfItsMeter() {
        List<String> rows = Repository.read("docs/observe.md")
                .lines()
                .filter(line -> line.startsWith("| `gapless."))
                .map(line -> line.replaceFirst("(?<=[|])[^|]*[|]$", ""))
                .toList();
        Set<String> expected = meters().stream().map(MetricTablesTest::row).collect(Collectors.toSet());

        assertThat(rows).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void theListedValuesOfATagAreThoseThatAMeterCanHave() {
        Map<String, Set<String>> emitted = new TreeMap<>();
        values().values()
                .forEach(ofName -> ofName.forEach((tag, some) -> emitted.merge(tag, some, (a, b) -> Stream.of(a, b)
                        .flatMap(Set::stream)
                        .collect(Collectors.toCollection(TreeSet::new)))));
        String text = Repository.read("docs/observe.md").replaceAll("\\s+", " ");
        Map<String, Set<String>> listed = found("`([a-z]+)`: ([^:;]+?)[.;] ", text)
                .filter(tag -> emitted.containsKey(tag.group(1)))
                .collect(Collectors.toMap(
                        tag -> tag.group(1),
                        tag -> Set.of(tag.group(2).replace("`", "").split(", "))));

        assertThat(listed).isEqualTo(emitted);
    }

    @ParameterizedTest
    @ValueSource(strings = {ALERTS, "docs/observe/grafana.json"})
    void eachValueThatAFileSelectsByCanOccur(String file) {
        Map<String, Map<String, Set<String>>> values = values();
        String text = Repository.read(file).replace("\\\"", "\"");
        List<MatchResult> selected = found("(gapless_[a-z_]+)\\{([^}]*)}", text).toList();

        assertThat(selected).isNotEmpty();
        for (MatchResult one : selected) {
            found("([a-z]+)(=~|!=|!~|=)\"([^\"]*)\"", one.group(2))
                    .filter(matcher -> !matcher.group(1).equals("instance"))
                    .forEach(matcher -> assertThat(values.get(one.group(1)))
                            .as(one.group())
                            .hasEntrySatisfying(matcher.group(1), some -> assertThat(some)
                                    .contains(matcher.group(3).split("\\|"))));
        }
    }

    @Test
    void anAlertOnOneEventAlsoSeesWhatACounterHadAtItsFirstReading() {
        String rules = Repository.read(ALERTS).replaceAll("\\s+", " ");
        List<String> counters = found("increase\\((gapless_[a-z_]+_total)\\[1h]\\) > 0", rules)
                .map(rule -> rule.group(1))
                .toList();

        assertThat(counters).hasSize(3);
        for (String counter : counters)
            assertThat(rules)
                    .contains("increase(" + counter + "[1h]) > 0 or (" + counter + " > 0 unless (" + counter
                            + " offset 1h and resets(gapless_posts_received_total[1h]) == 0))");
    }

    @Test
    void prometheusFiresTheseAlertsAsTheirTestsSay() throws Exception {
        Path program = Path.of("/usr/bin/promtool");
        assumeTrue(Files.isExecutable(program), "SKIPPED: there is no promtool on this machine");
        Process check = new ProcessBuilder(program.toString(), "test", "rules", "alerts-test.yml")
                .directory(Repository.path("docs/observe").toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes());

        assertThat(check.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(check.exitValue()).as(said).isZero();
    }
}
