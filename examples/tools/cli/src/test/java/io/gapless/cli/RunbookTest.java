package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.RecoveryEvent;
import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.outbox.SenderEvent;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.event.StreamException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the library and the program can say has a row in {@code docs/runbook.md}, in the section that it belongs to. Here,
 * since the program sees all of it.
 */
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

    private static void assertRows(String heading, Enum<?>[] values) {
        assertThat(rows(heading))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(values).map(Enum::name).toList());
    }

    private static void assertRows(String heading, Class<?> family, Predicate<Class<?>> counts) {
        assertThat(rows(heading))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(family.getPermittedSubclasses())
                        .filter(counts)
                        .map(Class::getSimpleName)
                        .toList());
    }

    @Test
    void eachEventHasARow() {
        assertRows("Events", StreamEvent.class, kind -> kind != StreamEvent.OfRecovery.class);
    }

    @Test
    void eachRecoveryEventHasARow() {
        assertRows("Recovery events", RecoveryEvent.class, kind -> true);
    }

    @Test
    void eachSenderEventHasARow() {
        assertRows("Sender events", SenderEvent.class, kind -> true);
    }

    @Test
    void eachReasonToWaitHasARow() {
        assertRows("Waiting", StreamEvent.Waiting.Why.values());
    }

    @Test
    void eachStateHasARow() {
        assertRows("State", Health.State.values());
    }

    @Test
    void eachReasonToGiveUpHasARow() {
        assertRows("Reasons to give up", StreamException.Reason.values());
    }

    @Test
    void eachFaultOfALineHasARow() {
        assertRows("Faults of a line", LineFault.values());
    }

    @Test
    void eachVerdictHasARow() {
        assertRows("Verdicts", Verdict.values());
    }

    @Test
    void eachDoubtHasARow() {
        assertRows("Doubts", Doubt.values());
    }

    @Test
    void eachStateOfAStepHasARow() {
        assertRows("Steps", StepRun.State.values());
    }

    @Test
    void eachTroubleWithTheStateHasARow() {
        assertRows("Trouble with the state", StateException.Reason.values());
    }

    @Test
    void eachExitStatusHasARowWithItsName() {
        List<String> rows = runbook.lines()
                .filter(line -> line.matches("\\| \\d+ \\| `.*"))
                .map(line -> line.substring(2, line.indexOf('`', line.indexOf('`') + 1)))
                .toList();
        assertThat(rows)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ExitCode.values())
                        .map(code -> code.status() + " | `" + code.name())
                        .toList());
    }

    @Test
    void eachConditionOfAStateDirectoryHasARowWithItsExitStatus() {
        for (Health.Condition condition : Health.Condition.values())
            assertThat(runbook)
                    .contains("\n| `" + condition + "` | "
                            + StateStatus.exitCode(condition).status() + " | ");
    }
}
