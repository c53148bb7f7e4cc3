package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.state.StateClient;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.stream.seam.Seams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code consume --state} as a process that is watched by others, killed, and started again. */
@Timeout(180)
class StateConsumeTest {
    @TempDir
    private Path directory;

    private Path state;
    private Path out;

    @AutoClose
    private XEmulator x;

    @BeforeEach
    void start() {
        state = directory.resolve("state");
        out = directory.resolve("posts");
        x = XEmulator.builder()
                .rate(2)
                .topics("cat")
                .rule("cats", "cat")
                .jobInfoLine()
                .start();
    }

    private ChildProgram consume() throws IOException {
        return ChildProgram.start(Map.of("X_BEARER_TOKEN", x.bearerToken()), arguments("30s"));
    }

    private String[] arguments(String lockWait) {
        return new String[] {
            "consume",
            "--base-url",
            x.baseUri().toString(),
            "--state",
            state.toString(),
            "--fields",
            "minimal",
            "--access",
            "enterprise",
            "--overlap",
            "30s",
            "--lock-wait",
            lockWait,
            "--out",
            out.toString()
        };
    }

    private Program.Ended look(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--state", state.toString()));
        return new Program().run(arguments.toArray(String[]::new));
    }

    /** Waits for a gap in the ledger; the waits between the looks are the client's own. */
    private Gap awaitGap(Predicate<Gap> condition) throws InterruptedException {
        long deadline = System.nanoTime() + Said.PATIENCE.toNanos();
        try (StateClient client = StateDirectory.client(state, Seams.system().time())) {
            while (true) {
                List<Gap> ledger = client.ledger(Instant.EPOCH, 10);
                for (Gap gap : ledger) if (condition.test(gap)) return gap;
                if (System.nanoTime() > deadline) throw new AssertionError("The ledger holds only " + ledger);
                client.answer(0, Duration.ofMillis(50));
            }
        }
    }

    @Test
    void gapsAreSeenWhileItRunsAndAfterAKillTheRestartIsAGapThatIsRecovered() throws Exception {
        try (ChildProgram gapless = consume()) {
            gapless.awaitErr(err -> err.contains("is open and receiving"));
            awaitBegun(gapless.pid());
            x.inject(Misbehaviour.EOF);
            Gap drop = awaitGap(gap -> !isOfALateStart(gap) && !gap.steps().isEmpty());
            assertThat(drop.verdict()).isEqualTo(Verdict.OPEN);
            assertThat(drop.steps()).extracting(run -> run.step().method()).containsExactly(RecoveryMethod.BACKFILL);
            assertThat(look("gaps").out()).contains("OPEN").contains("backfill");
            Program.Ended status = look("status");
            assertThat(status.status()).isEqualTo(1);
            assertThat(status.lines()).startsWith(openGaps(1 + lateStarts()), "owner         process " + gapless.pid());
            assertThatASecondOneIsTurnedAway(gapless.pid());
            assertThatTheOwnerAnswersWhatIsAskedFor();
            gapless.kill();
        }
        assertThat(look("status").status()).isEqualTo(4);
        Instant killed = x.now();
        List<String> before = Files.readAllLines(out);
        // Written, and killed before the commit: the only posts that may come again.
        List<String> uncommitted = before.subList(Math.max(0, before.size() - 10), before.size());
        x.shiftTime(Duration.ofHours(3));
        try (ChildProgram gapless = consume()) {
            awaitGap(gap -> gap.cause().contains("not running")
                    && gap.steps().stream()
                            .anyMatch(run -> run.step().method() == RecoveryMethod.RECOVERY_JOB
                                    && run.state() == StepRun.State.DONE
                                    && run.fresh() > 10_000));
            assertThat(look("gaps").out())
                    .contains("the process was not running")
                    .contains("recovery job");
            gapless.terminate();
            assertThat(gapless.awaitEnd()).isZero();
            assertThat(gapless.err()).doesNotContain(x.bearerToken()).doesNotContain("are lost");
        }
        List<String> written = Files.readAllLines(out);
        Set<String> once = new HashSet<>();
        assertThat(written.stream().filter(line -> !once.add(line))).isSubsetOf(uncommitted);
        Set<String> missing = x.shouldHaveDelivered(killed, killed.plus(Duration.ofMinutes(110))).stream()
                .map(ExpectedPost::line)
                .collect(Collectors.toSet());
        assertThat(missing).hasSizeGreaterThan(10_000);
        missing.removeAll(once);
        assertThat(missing).isEmpty();
    }

    /**
     * A stream that has begun notes its frontier a moment after its first sign of life; until then it counts as stale.
     */
    private void awaitBegun(long owner) {
        long deadline = System.nanoTime() + Said.PATIENCE.toNanos();
        Program.Ended status = look("status");
        while (status.status() == 4 && System.nanoTime() < deadline) status = look("status");
        assertThat(status.lines()).startsWith(openGaps(lateStarts()), "owner         process " + owner);
    }

    /** On a busy machine a first connect takes its time, which is a gap of its own. */
    private int lateStarts() {
        try (StateClient client = StateDirectory.client(state, Seams.system().time())) {
            return (int) client.ledger(Instant.EPOCH, 10).stream()
                    .filter(StateConsumeTest::isOfALateStart)
                    .count();
        }
    }

    private static boolean isOfALateStart(Gap gap) {
        return gap.cause().equals("the first connection took long to open");
    }

    private static String openGaps(int count) {
        if (count == 0) return "HEALTHY";
        return count == 1 ? "DEGRADED: 1 gap is open" : "DEGRADED: " + count + " gaps are open";
    }

    private void assertThatTheOwnerAnswersWhatIsAskedFor() {
        Instant from = x.now().minus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);
        Instant until = from.plus(Duration.ofMinutes(10));
        Program.Ended quote = look("recover", "--from", from.toString(), "--until", until.toString(), "--dry-run");
        assertThat(quote.status()).isZero();
        assertThat(quote.lines()).containsExactly("recovery job of " + from + " to " + until);
    }

    private void assertThatASecondOneIsTurnedAway(long owner) {
        Program.Ended second = Program.with(x).run(arguments("1s"));
        assertThat(second.status()).isEqualTo(5);
        assertThat(second.err()).contains("process " + owner).contains("within 1 s");
    }

    @Test
    void postsForWhichTheInboxHasNoRoomMayWaitInTheStateDirectory() throws Exception {
        try (ChildProgram gapless = consume()) {
            gapless.awaitErr(err -> err.contains("is open and receiving"));
            awaitBegun(gapless.pid());
            assertThat(new ObjectMapper()
                            .readTree(look("status", "--json").out())
                            .at("/stream/spillMaxBytes")
                            .asLong())
                    .isEqualTo(1L << 30);
            assertThat(state.resolve("gapless.spill")).exists();
            gapless.terminate();
            assertThat(gapless.awaitEnd()).isZero();
        }
    }

    @Test
    void anOverlapOutOfRangeIsAUsageError() {
        Program.Ended ended = Program.with(x)
                .run("consume", "--base-url", x.baseUri().toString(), "--state", state.toString(), "--overlap", "1s");
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("overlap").contains("30 s and 4 min");
        assertThat(x.requests()).isEmpty();
    }
}
