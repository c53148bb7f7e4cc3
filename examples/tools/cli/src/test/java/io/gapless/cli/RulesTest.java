package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RulesTest {
    private static final String PATH = "/2/tweets/search/stream/rules";

    @TempDir
    private Path directory;

    @AutoClose
    private final XEmulator x = XEmulator.builder()
            .rule("someone else's", "tea")
            .rule("gapless:old", "bird")
            .start();

    private Program.Ended rules(String command, Path file, String... more) {
        return Program.with(x).runAt(x, List.of("rules", command, file.toString()), more);
    }

    private Program.Ended list(Program program) {
        return program.run("rules", "list", "--base-url", x.baseUri().toString());
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("rules"), content);
    }

    @Test
    void aListIsATableOfIdTagAndValue() {
        Program.Ended ended = list(Program.with(x));
        assertThat(ended.status()).isZero();
        assertThat(ended.lines().get(0)).matches("ID +TAG +VALUE");
        assertThat(ended.lines()).anyMatch(line -> line.matches("\\d+ +someone else's +tea"));
    }

    @Test
    void aPlanChangesNothingAndEndsWithStatus1IfThereIsSomethingToDo() throws IOException {
        Program.Ended before = list(Program.with(x));
        Program.Ended plan = rules("plan", file("cats = cat\n"));
        assertThat(plan.status()).isEqualTo(1);
        assertThat(plan.out()).contains("+ add     gapless:cats").contains("- delete  gapless:old");
        assertThat(list(Program.with(x)).out()).isEqualTo(before.out());
    }

    @Test
    void applyDoesWhatThePlanSaidAndThenThereIsNothingLeftToDo() throws IOException {
        Path file = file("cats = cat\n");
        assertThat(rules("apply", file).status()).isZero();
        assertThat(list(Program.with(x)).out())
                .contains("gapless:cats")
                .contains("someone else's")
                .doesNotContain("gapless:old");
        assertThat(rules("plan", file).status()).isZero();
    }

    @Test
    void aCheckPointsAtThePlaceWithoutAskingX() throws IOException {
        Program.Ended ended =
                rules("check", file("good = cat\nlong = cat" + " cat".repeat(300)), "--access", "pay-per-use");
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.out()).contains("gapless:long").contains("1024").containsPattern("(?m)^ +\\^$");
        assertThat(x.requests()).isEmpty();
    }

    @Test
    void aFileThatHoldsNoRulesIsNamedInOneFormWithStatus2() throws IOException {
        Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});
        Map<Path, String> files = Map.of(
                directory.resolve("missing"),
                "does not exist",
                directory,
                "is a directory",
                file(""),
                "holds no rules",
                binary,
                "is not UTF-8");
        for (String command : List.of("check", "plan", "apply")) {
            files.forEach((file, words) -> {
                Program.Ended ended = rules(command, file);
                assertThat(ended.status()).isEqualTo(2);
                assertThat(ended.out()).isEmpty();
                assertThat(ended.err())
                        .startsWith("gapless: The rules file " + file + " ")
                        .contains(words)
                        .hasLineCount(1);
            });
        }
        assertThat(x.requests()).isEmpty();
    }

    @Test
    void rulesAreReadFromStandardInput() {
        Program.Ended ended = Program.with(x)
                .reading("cats = cat\n")
                .run("rules", "apply", "-", "--base-url", x.baseUri().toString());
        assertThat(ended.status()).isZero();
        assertThat(list(Program.with(x)).out()).contains("gapless:cats");
        Program.Ended wrong = new Program().reading("no rule\n").run("rules", "check", "-");
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.out()).startsWith("standard input:1:1: ");
        Program.Ended empty = new Program().reading("").run("rules", "check", "-");
        assertThat(empty.status()).isEqualTo(2);
        assertThat(empty.err()).startsWith("gapless: The rules file standard input holds no rules.");
    }

    @Test
    void aCommentBehindARuleIsAFaultAndAHashtagIsNot() throws IOException {
        Program.Ended comment = rules("check", file("cats = cat # pets\n"));
        assertThat(comment.status()).isEqualTo(1);
        assertThat(comment.out()).contains(":1:12: a comment needs a line of its own");
        assertThat(rules("check", file("# pets\ncats = cat #caturday\n")).status())
                .isZero();
    }

    @Test
    void aWarningIsPrintedOnceAlthoughXRefusesTheRule() throws IOException {
        Path file = file("cola = coca-cola\nnear = near:me foo-bar\n");
        Program.Ended apply = rules("apply", file);
        assertThat(apply.status()).isEqualTo(3);
        assertThat(apply.err()).containsOnlyOnce("X splits 'coca-cola'").containsOnlyOnce("X splits 'foo-bar'");
        Program.Ended check = rules("check", file, "--ask-x");
        assertThat(check.out()).containsOnlyOnce("X splits 'coca-cola'").containsOnlyOnce("X splits 'foo-bar'");
    }

    @Test
    void aCheckOfALineThatIsNoRuleNamesTheLine() throws IOException {
        Program.Ended ended = rules("check", file("good = cat\nno rule\n"));
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.out()).contains(":2:1:");
    }

    @Test
    void aCheckMayAskXAndChangesNothing() throws IOException {
        assertThat(rules("check", file("cats = cat\n"), "--ask-x").status()).isZero();
        assertThat(x.requests()).hasSize(1);
        assertThat(list(Program.with(x)).out()).doesNotContain("gapless:cats");
    }

    @Test
    void aRefusalOfXIsStatus3AndItsTroubleStatus7() {
        assertThat(list(Program.withToken("wrong")).status()).isEqualTo(3);
        x.inject(Fault.of(Misbehaviour.STATUS_503_HTML).on(PATH));
        Program.Ended trouble = list(Program.with(x));
        assertThat(trouble.status()).isEqualTo(7);
        assertThat(trouble.err()).startsWith("gapless: ").contains("503").doesNotContain("\tat ");
    }

    @Test
    void verboseTellsWhereAFailureArose() {
        Program.Ended ended = Program.withToken("wrong")
                .run("rules", "list", "--verbose", "--base-url", x.baseUri().toString());
        assertThat(ended.status()).isEqualTo(3);
        assertThat(ended.err()).contains("\tat io.gapless.stream.rules");
    }
}
