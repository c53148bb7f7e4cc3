package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.PostDraft;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo, played with real sockets; most of it in a process of its own. */
@Timeout(180)
class DemoTest {
    @TempDir
    private Path temporary;

    private Map<String, String> environment() {
        return Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
    }

    @Test
    void theWholeDemoAddsUpFitsATerminalAndLeavesNothingBehind() throws Exception {
        try (ChildProgram demo = ChildProgram.start(DemoAlone.class, environment())) {
            for (String next : List.of("  reset", "  503", "2 of 4", "3 of 4", "down for 9 d", "4 of 4", "What to"))
                demo.awaitOut(out -> out.contains(next));

            assertThat(demo.awaitEnd()).as(demo.out() + demo.err()).isZero();
            assertThat(demo.out())
                    .contains("What to try next", "silently lost: 0")
                    .doesNotContain("FAIL");
            assertThat(demo.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
            assertThat(demo.err())
                    .contains("There before the first line: nothing")
                    .contains("Threads left at the end: nothing");
            assertThat(temporary).isEmptyDirectory();
            System.out.println("The demo, after main began: "
                    + demo.err()
                            .lines()
                            .filter(line -> line.contains(" after "))
                            .collect(Collectors.joining("; ")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 of 4", "X ends the response"})
    void aSignalEndsItWithTheAccountSoFarAndNoFilesLeft(String when) throws Exception {
        try (ChildProgram demo = ChildProgram.start(environment(), "demo")) {
            demo.awaitOut(out -> out.contains(when));
            demo.terminate();

            assertThat(demo.awaitEnd()).as(demo.out() + demo.err()).isEqualTo(143);
            assertThat(demo.out())
                    .contains("The account so far", "It adds up", "silently lost: 0")
                    .doesNotContain("What to try next");
            assertThat(temporary).isEmptyDirectory();
        }
    }

    @Test
    void anActThatIsStoppedGivesTheAccountSoFar() {
        Demo[] demo = new Demo[1];
        OutputStream stopping = new OutputStream() {
            private final Said said = new Said();

            @Override
            public void write(int b) {
                said.write(b);
                if (said.text().contains("the receiver, at first")) demo[0].stop();
            }
        };
        PrintStream out = new PrintStream(stopping, true, StandardCharsets.UTF_8);
        demo[0] = new Demo(new DemoPage(out, false, false, false), List.of(new DemoSending(), new DemoFaults()));

        DemoAccount account = demo[0].run();

        assertThat(account.stopped()).isTrue();
        assertThat(account.faults()).isEmpty();
    }

    /** X keeps a post from a connection that looks healthy: nobody can notice that but the emulator's own list. */
    private record SilentLoss() implements DemoAct {
        @Override
        public String title() {
            return "X drops a post";
        }

        @Override
        public String subtitle() {
            return "The connection looks healthy.";
        }

        @Override
        public void play(DemoStage stage) throws InterruptedException {
            stage.open(UnaryOperator.identity());
            stage.x().publishUnsent(PostDraft.of("a cat that nobody sees"));
        }
    }

    @Test
    void aPostThatIsLostSilentlyFailsTheDemo() {
        Said said = new Said();
        DemoPage page = new DemoPage(new PrintStream(said, true, StandardCharsets.UTF_8), false, false, false);

        DemoAccount account = new Demo(page, List.of(new SilentLoss())).run();
        page.account(account);

        assertThat(said.text()).contains("1 post is missing", "It does not add up.", "silently lost: 1");
        assertThat(DemoCommand.status(account)).isEqualTo(ExitCode.FOUND);
    }
}
