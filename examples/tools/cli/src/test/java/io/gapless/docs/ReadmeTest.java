package io.gapless.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the README says is proved somewhere, and its numbers are those that were measured. */
class ReadmeTest {
    private static final int LINES_MAX = 150;
    private static final Pattern BOLD = Pattern.compile("\\b(never|nothing)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern TEST = Pattern.compile("([A-Z]\\w+)\\.([a-z]\\w+)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private final String readme = Repository.read("README.md");

    /** Each sentence of {@code docs/claims.md} with what fails if it is false. */
    private static Map<String, String> claims() {
        Map<String, String> claims = new LinkedHashMap<>();
        StringBuilder claim = new StringBuilder();
        for (String line : Repository.read("docs/claims.md").split("\n")) {
            if (line.startsWith("> ")) {
                claim.append(claim.length() == 0 ? "" : " ")
                        .append(line.substring(2).strip());
            } else if (!line.isBlank() && claim.length() > 0) {
                claims.put(claim.toString(), line);
                claim.setLength(0);
            }
        }
        return claims;
    }

    @Test
    void itIsShort() {
        assertThat(readme.lines().count()).isLessThanOrEqualTo(LINES_MAX);
    }

    @Test
    void eachSentenceWithANumberANeverOrANothingNamesItsProof() {
        Predicate<String> bold = sentence -> {
            String text = sentence.replaceAll("\\]\\([^)]*\\)", "]");
            return text.matches(".*\\d.*") || BOLD.matcher(text).find();
        };
        List<String> claimed = Markdown.sentences(readme).stream().filter(bold).toList();
        assertThat(claimed).isNotEmpty();
        assertThat(claims().keySet()).containsExactlyInAnyOrderElementsOf(claimed);
    }

    @Test
    void eachProofExists() {
        Map<String, String> tests = Repository.sources("").stream()
                .filter(file -> Repository.name(file).contains("src/test/java/"))
                .collect(Collectors.toMap(
                        file -> file.getFileName().toString().replace(".java", ""), Repository::read, String::concat));
        assertThat(claims()).allSatisfy((claim, proof) -> {
            List<String> named =
                    CODE.matcher(proof).results().map(code -> code.group(1)).toList();
            assertThat(named).as(claim).isNotEmpty();
            assertThat(named).as(claim).allMatch(name -> exists(name, tests));
        });
    }

    /** A command, a test that is there, or a file. */
    private static boolean exists(String name, Map<String, String> tests) {
        var test = TEST.matcher(name);
        if (test.matches()) return tests.getOrDefault(test.group(1), "").contains(" " + test.group(2) + "(");
        return name.startsWith("mvn ") || Repository.path(name).toFile().exists();
    }

    @Test
    void thereIsNoReleaseYet() {
        assertThat(Repository.read("pom.xml")).contains("-SNAPSHOT</version>");
        assertThat(readme).contains("There is no release yet.");
    }

    @Test
    void itsTimesAndSizesAreThoseThatTheBuildAnnounces() {
        String announced = Repository.read("pom.xml").replaceAll("\"\\s*\\+ \"", "");
        for (String text : List.of("35 MB", "480 MB", "about twenty minutes")) {
            assertThat(announced).contains(text);
            assertThat(readme).contains(text);
        }
    }

    @Test
    void whatAPostCostsIsWhatTheLastRunMeasured() throws Exception {
        assertThat(row("only the id is read"))
                .contains(micros("gapless, the id is read"), micros("hbc-core 2.2.0, raw strings"));
        assertThat(row("the text is read"))
                .contains(
                        micros("gapless, text() is read"),
                        micros("BodyHandlers.ofLines() and Jackson's readTree"),
                        micros("twitter-api-java-sdk 2.0.3"));
    }

    private static String micros(String client) throws Exception {
        JsonNode rows = new ObjectMapper()
                .readTree(Repository.path("docs/performance.json").toFile())
                .at("/chapters/0/tables/0/rows");
        for (JsonNode row : rows) {
            if (!row.path("name").asText().equals(client)) continue;
            double cost = row.at("/values/CPU-µs per post/median").asDouble();
            return String.format(Locale.ROOT, cost < 10 ? "%.2f µs" : "%.1f µs", cost);
        }
        throw new AssertionError("docs/performance.json does not know " + client);
    }

    @Test
    void whatItSaysOfOthersStandsInTheConformanceTable() {
        String table = Repository.read("docs/conformance.md");
        String loops = rowOf(table, "200 then close, repeated");
        assertThat(row("X accepts and closes").replaceAll(".*?([\\d,]*\\d) connects.*", "$1"))
                .matches(ours -> loops.contains("n=" + ours + " "));
        assertThat(loops).contains("46,747", "31,163", "9,785");
        assertThat(rowOf(table, "half-open")).contains("25.0", "**never**");
        assertThat(rowOf(table, "clean EOF")).contains("**silent for ever, n=1**");
        assertThat(rowOf(table, "unknown enum")).contains("**post lost**");
    }

    private String row(String about) {
        return rowOf(readme, about);
    }

    private static String rowOf(String page, String about) {
        return page.lines()
                .filter(line -> line.startsWith("|") && line.contains(about))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no row about " + about));
    }
}
