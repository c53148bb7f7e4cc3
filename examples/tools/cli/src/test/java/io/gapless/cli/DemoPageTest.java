package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.cli.DemoAccount.Sent;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The demo as it is printed. */
class DemoPageTest {
    private static final DemoAccount ACCOUNT = new DemoAccount(
            1_234_567,
            1_234_000,
            0,
            567,
            Set.of("window passed: ".repeat(20)),
            0,
            0,
            0,
            1_254_000,
            7_000,
            13_000,
            new Sent(100, 100, 100, 1),
            false);
    private static final DemoRow ROW = new DemoRow(
            "silence on an open socket",
            Optional.of(Duration.ofMillis(25_345)),
            Duration.ofMillis(12_345),
            new DemoRow.Tally(12_345, 123, 0),
            "backfill");

    private static String printed(boolean terminal, boolean colours, Consumer<DemoPage> print) {
        Said said = new Said();
        print.accept(new DemoPage(new PrintStream(said, true, StandardCharsets.UTF_8), terminal, colours, false));
        return said.text();
    }

    private static void everything(DemoPage page) {
        page.introduce();
        List<DemoAct> acts = Demo.acts();
        acts.forEach(act -> page.heading(acts.indexOf(act) + 1, acts.size(), act));
        page.faultTable();
        page.begin("silence on an open socket");
        page.row(ROW);
        page.event("Connection 1 is open and receiving.");
        page.account(ACCOUNT);
    }

    @Test
    void aRowHasWhatItCostAndWhetherItWasRight() {
        String row = printed(false, false, page -> {
            page.faultTable();
            page.row(ROW);
        });

        assertThat(row.lines().toList().get(1))
                .contains("silence on an open socket")
                .contains("12,468     12,345   123  ok  backfill");
    }

    @Test
    void aPostThatIsLostSilentlyFailsItsRow() {
        DemoRow row = new DemoRow("reset", Optional.empty(), Duration.ZERO, new DemoRow.Tally(8, 0, 1), "");

        assertThat(printed(false, false, page -> {
                    page.outageTable();
                    page.row(row);
                }))
                .contains("FAIL");
    }

    @Test
    void nothingIsPaintedOrWrittenOverUnlessOnATerminal() {
        assertThat(printed(false, false, DemoPageTest::everything)).doesNotContain("\u001b", "\r", "...");
    }

    @Test
    void withoutColoursATerminalStillShowsWhatIsBeingDone() {
        assertThat(printed(true, false, DemoPageTest::everything))
                .contains("silence on an open socket ...")
                .doesNotContain("\u001b[3", "\u001b[1");
    }

    @Test
    void onATerminalWhatIsRightIsGreen() {
        assertThat(printed(true, true, DemoPageTest::everything)).contains(Colour.GREEN.paint("ok"));
    }

    @Test
    void largeNumbersFitOneHundredColumns() {
        assertThat(printed(false, false, DemoPageTest::everything).lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void theAccountEndsWithItsSumAndWithWhatWasLostSilently() {
        assertThat(printed(false, false, page -> page.account(ACCOUNT)))
                .endsWith(
                        "  It adds up: 1,234,567 matched = 1,234,000 handed over once + 567 certainly lost%n  silently lost: 0%n"
                                .formatted());
    }

    @Test
    void anAccountThatIsWrongSaysWhatIsWrong() {
        DemoAccount wrong = new DemoAccount(2, 1, 0, 0, Set.of(), 1, 0, 0, 1, 0, 0, Sent.NOTHING, false);

        assertThat(printed(false, false, page -> page.account(wrong)))
                .contains("1 post is missing")
                .contains("It does not add up.", "silently lost: 1");
    }
}
