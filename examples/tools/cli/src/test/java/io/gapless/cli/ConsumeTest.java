package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.SeenRequest;
import io.gapless.emulator.XEmulator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConsumeTest {
    @TempDir
    private Path directory;

    /** A hundred posts a second, all of them on the subject. */
    @AutoClose
    private final XEmulator x =
            XEmulator.builder().rate(100).topics("cat").rule("cats", "cat").start();

    private String url = x.baseUri().toString();

    private Program.Running consume(String... more) {
        return consume(Program.with(x), more);
    }

    private Program.Running consume(Program program, String... more) {
        List<String> arguments = new ArrayList<>(List.of("consume", "--base-url", url));
        arguments.addAll(List.of(more));
        return program.start(arguments.toArray(String[]::new));
    }

    private List<String> sentLines() {
        return x.shouldHaveDelivered(Instant.EPOCH, x.now()).stream()
                .map(ExpectedPost::line)
                .toList();
    }

    @Test
    void anEnvelopeHoldsOriginAndTimeAndTheLineAsXSentIt() throws Exception {
        Program.Ended ended =
                consume("--fields", "minimal", "--envelope").awaitPosts(20).end();
        assertThat(ended.status()).isZero();
        List<String> sent = sentLines();
        for (String line : ended.lines()) {
            assertThat(line).matches("(?s)\\{\"origin\":\"LIVE\",\"receivedAt\":\"[0-9TZ:.-]+\",\"post\":\\{.*}}");
            new ObjectMapper().readTree(line);
            assertThat(sent).contains(line.substring(line.indexOf("\"post\":") + 7, line.length() - 1));
        }
    }

    @Test
    void aFileIsAppendedToAndALineCutOffBeforeStaysALineOfItsOwn() throws Exception {
        Path out = Files.writeString(directory.resolve("posts"), "{\"cut");
        Program.Running consume = consume("--out", out.toString());
        while (Files.size(out) < 100) Thread.onSpinWait();
        Program.Ended ended = consume.end();
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).isEmpty();
        List<String> lines = Files.readAllLines(out);
        assertThat(lines).first().isEqualTo("{\"cut");
        assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("{\"data\":"));
        assertThat(ended.err()).contains(" written");
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** As logrotate does it. */
    @Test
    void aFileThatIsRenamedIsOpenedAgainUnderItsName() throws Exception {
        Path out = directory.resolve("posts");
        Path rotated = directory.resolve("posts.1");
        Program.Running consume = consume("--out", out.toString());
        while (size(out) < 100) Thread.onSpinWait();
        Files.move(out, rotated);
        while (size(out) < 100) Thread.onSpinWait();
        Program.Ended ended = consume.end();
        assertThat(ended.err()).containsOnlyOnce("The output file " + out + " was renamed or removed.");
        List<String> lines = new ArrayList<>(Files.readAllLines(rotated));
        lines.addAll(Files.readAllLines(out));
        assertThat(ended.err()).contains(lines.size() + " posts written");
        assertThat(lines).allMatch(line -> line.startsWith("{\"data\":")).doesNotHaveDuplicates();
    }

    @Test
    void aFileThatIsRemovedIsMadeAgain() throws Exception {
        Path out = directory.resolve("posts");
        Program.Running consume = consume("--out", out.toString());
        while (size(out) < 100) Thread.onSpinWait();
        Files.delete(out);
        while (size(out) < 100) Thread.onSpinWait();
        assertThat(consume.end().err()).contains("was renamed or removed");
    }

    @Test
    void withoutAStateItSaysAtTheStartThatNothingIsRecovered() throws Exception {
        Program.Ended ended = consume().awaitPosts(1).end();
        assertThat(ended.err())
                .startsWith("Without --state, posts that X sends during an outage are lost. Add --state DIR");
    }

    @Test
    void onATerminalAGapUnderRecoveryIsABarWhenThePostsGoElsewhere() throws Exception {
        String[] arguments = {"--state", directory.resolve("state").toString(), "--access", "enterprise"};
        x.inject(Fault.of(Misbehaviour.RESET).afterPosts(10));
        Program.Running shown = consume(Program.with(x).withErrOnTerminal(), arguments);
        Program.Ended ended = shown.awaitErr("Gap 1  [#").end();
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).doesNotContain("Gap 1");
        assertThat(ended.err()).endsWith("dropped." + System.lineSeparator());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void amongPostsAndInLogsThereAreNoBars(boolean onTerminal) throws Exception {
        Program program = onTerminal ? Program.with(x).onTerminal() : Program.with(x);
        x.inject(Fault.of(Misbehaviour.RESET).afterPosts(10));
        Program.Running consume = consume(
                program, "--state", directory.resolve("state").toString(), "--access", "enterprise", "--for", "5s");
        assertThat(consume.awaitErr("duplicates dropped.").end().err())
                .contains("Gap 1 is")
                .doesNotContain("[#");
    }

    @Test
    void aFileThatCannotBeOpenedEndsWithStatus6BeforeAnythingIsAsked() {
        String nowhere = directory.resolve("no/such/directory").toString();
        Program.Ended ended = Program.with(x).run("consume", "--base-url", url, "--out", nowhere);
        assertThat(ended.status()).isEqualTo(6);
        assertThat(ended.err()).contains("--out").contains(nowhere);
        assertThat(x.requests()).isEmpty();
    }

    @Test
    void anOutputThatFailsEndsWithStatus6AndCountsWhatIsMissing() throws InterruptedException {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        Program.Ended ended = Program.with(x).runInto(full, "consume", "--base-url", url);
        assertThat(ended.status()).isEqualTo(6);
        assertThat(ended.err())
                .contains("No space left on device")
                .contains("0 posts written")
                .containsPattern("[1-9]\\d* received and not written");
        assertThat(x.awaitConnectionsOpen(0, Said.PATIENCE)).isTrue();
    }

    @Test
    void aTokenThatXRefusesEndsWithStatus3AndSaysWhatToChange() {
        Program.Ended ended = Program.withToken("wrong%2Ftoken").run("consume", "--base-url", url);
        assertThat(ended.status()).isEqualTo(3);
        assertThat(ended.err())
                .containsOnlyOnce("given up: X refuses the bearer token")
                .contains("or a new one")
                .doesNotContain("wrong%2Ftoken")
                .doesNotContain("\tat ");
    }

    @Test
    void aTokenWithAnEscapeIsReadFromItsFileAndSentVerbatim() throws Exception {
        assertThat(x.bearerToken()).contains("%2F");
        Path file = Files.writeString(directory.resolve("token"), "\n  " + x.bearerToken() + " \r\n");
        Program.Ended ended = consume(new Program(), "--token-file", file.toString())
                .awaitPosts(1)
                .end();
        assertThat(ended.status()).isZero();
        assertThat(ended.err()).doesNotContain(x.bearerToken());
    }

    @Test
    void keyAndSecretAreTradedForAToken() throws InterruptedException {
        Program program = new Program().and("X_API_KEY", x.apiKey()).and("X_API_SECRET", x.apiSecret());
        Program.Ended ended = consume(program).awaitPosts(1).end();
        assertThat(ended.status()).isZero();
        assertThat(x.requests()).extracting(SeenRequest::path).contains("/oauth2/token");
    }

    @Test
    void theRulesOfAFileAreBroughtInLineBeforeTheStreamIsOpened() throws Exception {
        Path rules = Files.writeString(directory.resolve("rules"), "animals = cat OR dog\n");
        // Not with the first post: rules of a quote carry no tags.
        Program.Ended ended = consume("--rules-file", rules.toString())
                .awaitOut("gapless:animals")
                .end();
        assertThat(ended.status()).isZero();
        assertThat(ended.err()).contains("rules on X are synchronised").contains("1 added");
    }

    @Test
    void aRuleTooLongForTheAccessIsFoundBeforeXIsAsked() throws IOException {
        Path rules = Files.writeString(directory.resolve("rules"), "long = cat" + " cat".repeat(300));
        Program.Ended ended = Program.with(x)
                .run("consume", "--base-url", url, "--rules-file", rules.toString(), "--access", "pay-per-use");
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("gapless:long").contains("1024").contains("^");
        assertThat(x.requests()).isEmpty();
    }

    @Test
    void withoutAnyRuleItSaysHowToAddOne() throws InterruptedException {
        try (XEmulator empty = XEmulator.builder().start()) {
            Program.Running consume = Program.with(empty)
                    .start("consume", "--base-url", empty.baseUri().toString());
            Program.Ended ended = consume.awaitErr("X holds no rule").end();
            assertThat(ended.status()).isZero();
            assertThat(ended.err()).contains("gapless rules apply");
        }
    }

    @Test
    void aUsageCapAtTheEndOfTheTimeIsStatus4() {
        x.inject(Misbehaviour.USAGE_CAP);
        Program.Ended ended = Program.with(x).run("consume", "--base-url", url, "--for", "3s");
        assertThat(ended.status()).isEqualTo(4);
        assertThat(ended.err()).containsIgnoringCase("usage cap");
    }

    @Test
    void aPortNobodyListensOnIsTriedAgainAndTold() throws InterruptedException {
        x.close();
        Program.Ended ended = consume()
                .awaitErr("could not be opened: network")
                .awaitErr("will be retried in")
                .end();
        assertThat(ended.status()).isZero();
    }

    @Test
    void anUnknownHostIsToldAndTriedAgain() throws InterruptedException {
        // Longer than a name may be, so that no resolver has to be asked.
        String noSuchHost = "https://" + ("x".repeat(60) + ".").repeat(5) + "invalid";
        Program.Ended ended = Program.with(x)
                .start("consume", "--base-url", noSuchHost)
                .awaitErr("UNKNOWN_HOST")
                .awaitErr("will be retried in")
                .end();
        assertThat(ended.status()).isZero();
    }

    @Test
    void aServerThatNeverAnswersDoesNotHoldUpTheEnd() throws InterruptedException {
        x.inject(Misbehaviour.ACCEPT_AND_NEVER_ANSWER);
        Program.Running consume = consume();
        assertThat(x.awaitRequests(requests -> !requests.isEmpty(), Said.PATIENCE))
                .isTrue();
        Program.Ended ended = consume.end();
        assertThat(ended.status()).isZero();
        assertThat(ended.err()).contains("is being opened").doesNotContain("is open and receiving");
        assertThat(x.requests()).extracting(SeenRequest::status).containsExactly(0);
    }

    @Test
    void aDropIsToldAsOneEndOneOutageAndOneNewConnection() throws InterruptedException {
        x.inject(Fault.of(Misbehaviour.RESET).afterPosts(10));
        Program.Ended ended = consume().awaitErr("Outage 1 ended").end();
        assertThat(ended.status()).isZero();
        assertThat(ended.err())
                .containsOnlyOnce("Connection 1 ended: network")
                .containsOnlyOnce("Outage 1 started")
                .containsOnlyOnce("Outage 1 ended");
    }

    @Test
    void theCertificatesOfCaFileAreTrustedAndOthersAreNot() throws Exception {
        try (XEmulator tls = XEmulator.builder()
                .tls()
                .rate(100)
                .topics("cat")
                .rule("cats", "cat")
                .start()) {
            url = tls.baseUri().toString();
            Program.Ended doubting = consume(Program.with(tls)).awaitErr("TLS").end();
            assertThat(doubting.lines()).isEmpty();
            Program.Ended trusting = consume(Program.with(tls), "--ca-file", pem(tls).toString())
                    .awaitPosts(1)
                    .end();
            assertThat(trusting.err()).doesNotContain("could not be opened");
        }
    }

    private Path pem(XEmulator tls) throws IOException {
        try (SSLSocket socket = (SSLSocket) tls.clientSslContext()
                .orElseThrow()
                .getSocketFactory()
                .createSocket("127.0.0.1", tls.baseUri().getPort())) {
            byte[] certificate = socket.getSession().getPeerCertificates()[0].getEncoded();
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().read();
            String lines = Base64.getMimeEncoder().encodeToString(certificate);
            return Files.writeString(
                    directory.resolve("ca.pem"),
                    "-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n",
                    StandardCharsets.US_ASCII);
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }
}
