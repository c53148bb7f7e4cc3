package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    private static final String TOKEN = "AAAAAAAAAAAAAAAAAAAAAsecret%2FAAAAAAAAAAAAAAAAAAAAAAAA%3DAAAAAAAA";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
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
                "gaps --state /no/such/directory",
                "gaps --state /no/such/directory --since 2026-03-01",
                "dead-letters --state /no/such/directory",
                "retry-dead-letters --state /no/such/directory",
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
                "rules",
                "rules plan",
                "rules plan /no/such/file",
                "rules check /no/such/file",
                "rules list --base-url http://api.x.com",
                "connections",
                "connections kill",
                "connections kill not/an/id",
                "emulator --port x",
                "emulator --port 99999",
                "emulator --rate -1",
                "emulator --rule broken=((",
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

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "Bearer " + TOKEN, TOKEN + "\n" + TOKEN, "t\u00f6ken"})
    void aTokenFileThatHoldsNoTokenIsRefused(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), content);
        Program.Ended ended = new Program().run("consume", "--token-file", file.toString());
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("token").doesNotContain(TOKEN);
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
                "",
                "consume",
                "status",
                "gaps",
                "recover",
                "dead-letters",
                "retry-dead-letters",
                "send",
                "send status",
                "send history",
                "send quarantine",
                "send resend",
                "rules",
                "rules plan",
                "connections",
                "connections kill",
                "doctor",
                "emulator",
                "demo"
            })
    void everyCommandHasHelpThatEndsWithTheWayToATokenAndStatus0(String command) {
        Program.Ended ended = new Program().run((command + " --help").strip().split(" "));
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).contains("Usage: gapless").contains("X_BEARER_TOKEN");
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
}
