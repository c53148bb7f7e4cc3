package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    private static final String TOKEN = "AAAAAAAAAAAAAAAAAAAAAsecret%2FAAAAAAAAAAAAAAAAAAAAAAAA%3DAAAAAAAA";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "consum",
                "consume --no-such",
                "consume argument",
                "consume --for 5",
                "consume --for 0s",
                "consume --stall-timeout 1ms",
                "consume --access basic",
                "consume --fields all",
                "consume --rules-file /no/such/file",
                "consume --ca-file /no/such/file",
                "consume --base-url http://api.x.com",
                "consume --base-url ftp://127.0.0.1",
                "consume --base-url nonsense",
                "consume --connections 3",
                "consume --connections 2 --access pay-per-use",
                "consume --overlap 60s",
                "consume --since yesterday --state state",
                "consume --overlap 5s --state state",
                "consume --since 2999-01-01T00:00:00Z --state state",
                "status",
                "status --state /no/such/directory",
                "status --state /no/such/directory --stream cats",
                "status --state jdbc:postgresql://127.0.0.1:1/app",
                "status --state jdbc:postgresql://127.0.0.1:1/app --stream a/b",
                "status --state jdbc:mysql://127.0.0.1:1/app --stream cats",
                "status --state postgres://127.0.0.1:1/app --stream cats",
                "status --state jdbc:postgresql://127.0.0.1:x/app --stream cats",
                "gaps --state jdbc:postgresql://127.0.0.1:1/app",
                "recover --state jdbc:postgresql://127.0.0.1:1/app --gap 1",
                "dead-letters list --state jdbc:postgresql://127.0.0.1:1/app",
                "consume --stream cats",
                "consume --stream cats --state state",
                "consume --lease 5s --state state",
                "consume --spill-directory spill --state state",
                "consume --state jdbc:postgresql://127.0.0.1:1/app",
                "consume --state jdbc:postgresql://127.0.0.1:1/app --stream a/b",
                "consume --state jdbc:postgresql://127.0.0.1:1/app --stream cats --lease 1s",
                "consume --state jdbc:postgresql://127.0.0.1:1/app --stream cats --lock-wait 1s",
                "consume --state jdbc:postgresql://127.0.0.1:1/app --stream cats --state-password-file /no/such/file",
                "send --from-stream --to http://127.0.0.1:1 --state jdbc:postgresql://127.0.0.1:1/app",
                "gaps --state /no/such/directory",
                "gaps --state /no/such/directory --since 2026-03-01",
                "dead-letters list --state /no/such/directory",
                "dead-letters retry --state /no/such/directory",
                "recover --state /no/such/directory",
                "recover --state /no/such/directory --gap 1",
                "recover --state /no/such/directory --gap 1 --from 2026-03-01T12:00:00Z",
                "recover --state /no/such/directory --from 2026-03-01T12:00:00Z",
                "recover --state /no/such/directory --from 2026-03-01T12:00:00Z --until 2026-03-01T12:00:00Z",
                "send",
                "send --from-stream",
                "send --from-stream --from-jdbc jdbc:sqlite:a.db --to http://127.0.0.1:1 --state state",
                "send --from-stream --to http://example.org --state state --once",
                "send --from-stream --to http://127.0.0.1:1 --state state --query q.sql",
                "send --from-stream --to http://127.0.0.1:1 --state state --overlap 1h",
                "send --from-stream --to http://127.0.0.1:1 --state state --once --since yesterday",
                "send --from-stream --to http://127.0.0.1:1 --state state --once --window 01:00-01:00",
                "send --from-stream --to http://127.0.0.1:1 --state state --once --window 03:00-05:00",
                "send --from-stream --to http://127.0.0.1:1 --state state --once --every 25h",
                "send --from-stream --at 2 --to http://127.0.0.1:1 --state state",
                "send --from-stream --window 1-5 --to http://127.0.0.1:1 --state state",
                "send --from-stream --zone Berlin --to http://127.0.0.1:1 --state state",
                "send --from-jdbc jdbc:sqlite:a.db --to http://127.0.0.1:1 --state state",
                "send --from-jdbc jdbc:sqlite:a.db --query /no/such/file --to http://127.0.0.1:1 --state state",
                "send status",
                "send status --state /no/such/directory",
                "send history --state /no/such/directory",
                "send history --state /no/such/directory --limit 0",
                "send quarantine --state /no/such/directory",
                "send resend --state /no/such/directory",
                "send resend --state /no/such/directory --all",
                "send resend --state /no/such/directory --all 1",
                "rules plan",
                "rules plan /no/such/file",
                "rules check /no/such/file",
                "rules list --base-url http://api.x.com",
                "connections kill",
                "connections kill not/an/id",
                "emulator --port x",
                "emulator --port 99999",
                "emulator --rate -1",
                "emulator --rule broken=((",
                "emulator --fault NO_SUCH",
                "emulator --state /no/such/directory/x",
                "emulator --fault RESET@soon",
                "emulator misbehave NO_SUCH",
                "emulator misbehave RESET --port 0",
                "emulator misbehave RESET --times 0",
            })
    void aWrongCommandLineEndsWithStatus2AndOneSentence(String line) {
        Program.Ended ended = Program.withToken(TOKEN).run(line.isEmpty() ? new String[0] : line.split(" "));
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).startsWith("gapless: ").doesNotContain("\tat ").doesNotContain(TOKEN);
        assertThat(ended.err().lines()).hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--token=", "--token ", "--bearer-token=", "-t", "", "--for=5s --envelope="})
    void aTokenInAnArgumentIsRefusedAndNotRepeated(String before) {
        String[] arguments = ("consume " + before + TOKEN).split(" ");
        Program.Ended ended = Program.withToken("other").run(arguments);
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).doesNotContain(TOKEN);
    }

    @Test
    void withoutATokenTheMessageSaysWhereToPutIt() {
        Program.Ended ended = new Program().run("consume");
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err())
                .contains("X_BEARER_TOKEN")
                .contains("--token-file")
                .contains("X_API_KEY");
    }

    @Test
    void aTokenWhereTheNameOfItsFileBelongsIsNotRepeated() {
        Program.Ended ended = new Program().run("consume", "--token-file", TOKEN);
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("--token-file").doesNotContain(TOKEN);
    }

    static Stream<Arguments> filesWithoutAToken() {
        return Stream.of(
                arguments("", "is empty"),
                arguments(" \n", "is empty"),
                arguments("Bearer " + TOKEN, "the word Bearer"),
                arguments('"' + TOKEN + "\"\n", "quotes"),
                arguments("'" + TOKEN + "'", "quotes"),
                arguments("X_BEARER_TOKEN=" + TOKEN, "NAME=value"),
                arguments("export X_BEARER_TOKEN=" + TOKEN, "NAME=value"),
                arguments(TOKEN + "\n" + TOKEN, "white space"),
                arguments(TOKEN + "\u00a0", "not ASCII"),
                arguments("\u200b" + TOKEN, "not ASCII"),
                arguments("t\u00f6ken", "not ASCII"),
                arguments(TOKEN + "\0", "UTF-16"),
                arguments("<" + TOKEN + ">", "cannot have"),
                arguments("{\"token\":\"" + TOKEN + "\"}", "cannot have"));
    }

    @ParameterizedTest
    @MethodSource("filesWithoutAToken")
    void aTokenFileThatHoldsMoreThanATokenIsRefusedByName(String content, String words) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), content);
        Program.Ended ended = new Program().run("consume", "--token-file", file.toString());
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains(words).doesNotContain(TOKEN);
    }

    @Test
    void aTokenFileInUtf16IsRefusedByName() throws IOException {
        Path file = Files.write(directory.resolve("token"), ("\uFEFF" + TOKEN).getBytes(StandardCharsets.UTF_16LE));
        Program.Ended ended = new Program().run("consume", "--token-file", file.toString());
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("UTF-16");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X_BEARER_TOKEN", "X_API_KEY", "X_API_SECRET"})
    void aVariableWithQuotesIsRefusedByName(String variable) {
        Program.Ended ended = new Program()
                .and("X_API_KEY", "key")
                .and("X_API_SECRET", "secret")
                .and(variable, '"' + TOKEN + '"')
                .run("consume");
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains(variable).contains("quotes").doesNotContain(TOKEN);
    }

    @Test
    void aProxyThatCannotBeUsedIsAUsageError() {
        Program.Ended ended = Program.withToken(TOKEN)
                .and("HTTPS_PROXY", "socks5://me:s3cret@p:1")
                .run("consume");
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("HTTPS_PROXY").doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "consume",
                "send",
                "rules list",
                "rules plan",
                "rules apply",
                "rules check",
                "connections list",
                "connections kill",
                "doctor"
            })
    void theHelpOfACommandThatNeedsATokenSaysWhereItComesFrom(String command) {
        assertThat(help(command)).contains("X_BEARER_TOKEN").contains("Example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "gaps",
                "recover",
                "dead-letters list",
                "dead-letters retry",
                "send status",
                "send history",
                "send quarantine",
                "send resend",
                "emulator",
                "emulator misbehave"
            })
    void theHelpOfAnyOtherCommandHasExamplesAndNoWordOfATokensPlace(String command) {
        assertThat(help(command)).contains("Example").doesNotContain("X_BEARER_TOKEN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dead-letters", "rules", "connections", "demo"})
    void everyOtherCommandHasHelpToo(String command) {
        assertThat(help(command)).contains("Usage: gapless");
    }

    private static String help(String command) {
        Program.Ended ended = new Program().run((command + " --help").strip().split(" "));
        assertThat(ended.status()).isZero();
        return ended.out();
    }

    @ParameterizedTest
    @CsvSource({"'', consume", "rules, apply", "connections, kill", "dead-letters, retry"})
    void withoutACommandTheCommandsAreListedWithALineEach(String group, String one) {
        Program.Ended ended = new Program().run(group.isEmpty() ? new String[0] : new String[] {group});
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).startsWith("gapless: Give a command").containsPattern("(?m)^  " + one + " +[A-Z]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "consum | Unknown command 'consum'. Did you mean 'consume'?",
                "gap | Unknown command 'gap'. Did you mean 'gaps'?",
                "rules appyl | Unknown command 'appyl'. Did you mean 'apply'?",
                "weather | Unknown command 'weather'.",
                "status --stat x | Unknown option --stat; did you mean --state?",
                "consume --sicne 2h | Unknown option --sicne; did you mean --since?",
                "consume --weather | Unknown option --weather.",
                "consume posts | Unexpected argument 'posts'.",
                "status | Missing option: '--state=DIR|URL'",
                "consume --stall-timeout 1ms | --stall-timeout is 1 ms. It must be",
                "consume --connections 3 | --connections is 3. It must be",
                "consume --state state --overlap 1s | --overlap is 1 s. It must be",
                "consume --state state --max-recovered-posts -1 | --max-recovered-posts is -1. It must be",
                "send --from-stream --to http://127.0.0.1:1 --state state --every 25h | --every is 25 h. It must be",
                "consume --base-url 127.0.0.1:8080 | '--base-url': give scheme, host and port, such as http://",
                "consume --base-url localhost | '--base-url': give scheme, host and port, such as http://",
                "send --to nowhere | '--to': give scheme, host and port, such as http://",
            })
    void aSlipIsNamedWithWhatWasMeant(String line, String sentence) {
        assertThat(Program.withToken(TOKEN).run(line.split(" ")).err()).contains(sentence);
    }

    @Test
    void anAddressWithAPasswordIsNotRepeated() {
        assertThat(Program.withToken(TOKEN)
                        .run("consume", "--base-url", "me:hunter2@127.0.0.1")
                        .err())
                .doesNotContain("hunter2");
    }

    @Test
    void theHelpListsEveryExitStatus() {
        String help = new Program().run("--help").out();
        for (ExitCode code : ExitCode.values()) {
            assertThat(help).containsPattern("(?m)^  " + code.status() + " +\\S");
        }
    }

    @Test
    void theVersionIsToldWithThatOfJava() {
        Program.Ended ended = new Program().run("--version");
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).startsWith("gapless ").contains("Java " + Runtime.version());
    }

    @Test
    void aPathOfTheWrongKindIsNamedSo() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThat(new Program()
                        .run("consume", "--token-file", directory.toString())
                        .err())
                .contains("it is a directory");
        assertThat(new Program()
                        .run(
                                "consume",
                                "--token-file",
                                file.resolveSibling("none").toString())
                        .err())
                .contains("it does not exist");
        assertThat(new Program().run("status", "--state", file.toString()).err())
                .contains("which is a file");
    }

    @Test
    void aDirectoryInPlaceOfAFileIsNamedSo() {
        assertThat(new Program()
                        .and("X_BEARER_TOKEN", TOKEN)
                        .run("rules", "list", "--ca-file", directory.toString())
                        .err())
                .contains("--ca-file: " + directory + " cannot be used: it is a directory. Name a file");
    }

    @Test
    void aDelayOfAFaultThatHasNoneIsRefused() {
        Program.Ended ended = new Program().run("emulator", "misbehave", "RESET", "--delay", "5s");

        assertThat(ended.status()).isEqualTo(ExitCode.USAGE.status());
        assertThat(ended.err()).contains("RESET has no delay, unlike LATE, SLOW_HEADERS");
    }

    @Test
    void aStallTimeoutWithinXsSilenceIsWarnedOf() {
        assertThat(Program.withToken(TOKEN)
                        .run("consume", "--stall-timeout", "20s", "--base-url", "http://127.0.0.1:1", "--for", "1s")
                        .err())
                .contains("--stall-timeout is 20 s, and X is silent for up to 20 s");
    }

    @Test
    void anErrorIsAFaultOfGaplessItself() throws IOException {
        try (InputStream broken = new InputStream() {
            @Override
            public int read() {
                throw new NoClassDefFoundError("a class");
            }
        }) {
            Said out = new Said();
            Said err = new Said();
            Shell shell = new Shell(Map.of(), broken, out, err, false, descriptor -> false);

            assertThat(Gapless.run(shell, "rules", "check", "-")).isEqualTo(ExitCode.FAULT.status());
            assertThat(err.text()).startsWith("gapless: a fault in gapless itself: java.lang.NoClassDefFoundError");
        }
    }
}
