package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.outbox.SenderEvent;
import io.gapless.recovery.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a recovery can say has a row in {@code docs/runbook.md}, in the section that it belongs to. */
class RunbookTest {
    private static String runbook = "";

    @BeforeAll
    static void read() throws IOException {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/runbook.md"))) folder = folder.getParent();
        runbook = Files.readString(folder.resolve("docs/runbook.md"));
    }

    /** The names in the first column of the table under a heading. */
    private static List<String> rows(String heading) {
        int begin = runbook.indexOf("\n## " + heading + "\n");
        assertThat(begin).as("the section " + heading).isNotNegative();
        int end = runbook.indexOf("\n## ", begin + 1);
        return runbook.substring(begin, end < 0 ? runbook.length() : end)
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    @Test
    void eachRecoveryEventHasARow() {
        assertThat(rows("Recovery events"))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(RecoveryEvent.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList());
    }

    @Test
    void eachSenderEventHasARow() {
        assertThat(rows("Sender events"))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(SenderEvent.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList());
    }

    @Test
    void eachVerdictHasARow() {
        assertThat(rows("Verdicts")).containsExactlyInAnyOrderElementsOf(names(Verdict.values()));
    }

    @Test
    void eachStateOfAStepHasARow() {
        assertThat(rows("Steps")).containsExactlyInAnyOrderElementsOf(names(StepRun.State.values()));
    }

    @Test
    void eachTroubleWithTheStateHasARow() {
        assertThat(rows("Trouble with the state"))
                .containsExactlyInAnyOrderElementsOf(names(StateException.Reason.values()));
    }
}
