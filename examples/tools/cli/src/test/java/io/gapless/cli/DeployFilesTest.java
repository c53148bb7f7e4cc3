package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands in the files for service managers are commands of this program. */
@Timeout(60)
class DeployFilesTest {
    private static final Path FOLDER = Path.of("../../../docs/deploy");

    private static String read(String file) throws IOException {
        return Files.readString(FOLDER.resolve(file));
    }

    /** Returns the words of a list such as {@code ["consume", "--page"]}. */
    private static List<String> words(String list) {
        List<String> words = new ArrayList<>();
        Matcher word = Pattern.compile("\"([^\"]*)\"").matcher(list);
        while (word.find()) words.add(word.group(1));
        return words;
    }

    private static void assertIsACommand(List<String> words) {
        List<String> arguments = new ArrayList<>(words);
        assertThat(arguments).hasSizeGreaterThan(3);
        assertThat(arguments.get(0)).isIn("consume", "send");
        // Whatever is wrong with an option is said before the help is printed.
        arguments.add("--help");
        Program.Ended ended = new Program().run(arguments.toArray(String[]::new));
        assertThat(ended.status()).as(ended.err()).isZero();
    }

    /** Returns a text whose commands each have one line. */
    private static String joined(String text) {
        return text.replaceAll("\\\\\n[#\\s]*", "");
    }

    private static String group(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }

    @Test
    void theImageRunsACommandAndItsHealthCheckAsksThePage() throws IOException {
        String file = read("Dockerfile");

        assertIsACommand(words(group("(?m)^CMD (\\[.*])$", file)));
        assertThat(group("(?m)^HEALTHCHECK .*(http://\\S+)\"", file)).isEqualTo("http://127.0.0.1:8090/health");
        // The page of this command is for the health check. A port is not exposed on which nothing listens.
        assertThat(file).doesNotContain("EXPOSE").doesNotContain("USER root");
    }

    @Test
    void theImageSaysHowItsPageIsReachedFromOutside() throws IOException {
        String run = group("(?m)^#\\s+(docker run .*)$", joined(read("Dockerfile")));

        assertThat(run).contains(" -p 127.0.0.1:8090:8090 ", " -e GAPLESS_PAGE_PASSWORD ");
        List<String> words = Arrays.asList(run.replaceFirst(".* gapless ", "").split(" "));
        assertIsACommand(words);
        assertThat(words).containsSequence("--page", "0.0.0.0:8090");
    }

    @Test
    void theDocumentHasCommandsThatSend() throws IOException {
        String document = Files.readString(FOLDER.resolveSibling("observe.md"));

        for (String pattern :
                List.of("(?m)^ExecStart=.*gapless\\.jar (send .*)$", "(?m)^docker run .* gapless (send .*)$")) {
            List<String> words = Arrays.asList(group(pattern, joined(document)).split(" "));
            assertIsACommand(words);
            assertThat(words).contains("--from-stream", "--api-key-file", "--state", "--page");
        }
    }

    @Test
    void theComposeFileRunsACommandWithAPasswordForThePage() throws IOException {
        String command = group("(?s)command:\n(.*?)\n    ports:", read("compose.yml"));
        List<String> words =
                command.lines().map(line -> line.replaceFirst("^\\s*- ", "")).toList();

        assertIsACommand(words);
        assertThat(words)
                .anyMatch(word -> word.startsWith("--page=0.0.0.0:"))
                .anyMatch(word -> word.startsWith("--page-password-file="));
    }

    @Test
    void theUnitRunsACommandAndRestartsUnlessAPersonMustAct() throws IOException {
        String unit = read("gapless.service");

        assertIsACommand(Arrays.asList(
                group("(?m)^ExecStart=.*gapless\\.jar (.*)$", unit).split(" ")));
        assertThat(group("(?m)^RestartPreventExitStatus=(.*)$", unit))
                .isEqualTo(ExitCode.USAGE.status() + " " + ExitCode.REFUSED.status() + " "
                        + ExitCode.STATE_UNUSABLE.status());
    }

    @Test
    void systemdAcceptsTheUnit() throws Exception {
        Path program = Path.of("/usr/bin/systemd-analyze");
        assumeTrue(
                Files.isExecutable(program) && Files.isExecutable(Path.of("/usr/bin/java")),
                "no systemd-analyze, or no /usr/bin/java");
        Process check = new ProcessBuilder(
                        program.toString(),
                        "verify",
                        FOLDER.resolve("gapless.service").toRealPath().toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes());

        assertThat(check.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(check.exitValue()).as(said).isZero();
    }
}
