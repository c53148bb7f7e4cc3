package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each way in which the program can end, and each condition that it can tell, has a row in {@code docs/runbook.md}. */
class RunbookTest {
    @Test
    void eachExitStatusHasARowWithItsName() throws IOException {
        List<String> rows = runbook()
                .lines()
                .filter(line -> line.matches("\\| \\d+ \\| `.*"))
                .map(line -> line.substring(2, line.indexOf('`', line.indexOf('`') + 1)))
                .toList();
        assertThat(rows)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ExitCode.values())
                        .map(code -> code.status() + " | `" + code.name())
                        .toList());
    }

    @Test
    void eachConditionOfAStateDirectoryHasARowWithItsExitStatus() throws IOException {
        for (StateStatus.Condition condition : StateStatus.Condition.values()) {
            assertThat(runbook())
                    .contains(
                            "\n| `" + condition + "` | " + condition.exitCode().status() + " | ");
        }
    }

    private static String runbook() throws IOException {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/runbook.md"))) folder = folder.getParent();
        return Files.readString(folder.resolve("docs/runbook.md"));
    }
}
