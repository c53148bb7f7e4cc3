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
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConsumeTest {
    @TempDir
    private Path directory;

    private XEmulator x;
    private String url;

    @BeforeEach
    void start() {
        // A hundred posts a second, all of them on the subject.
        x = XEmulator.builder().rate(100).topics("cat").rule("cats", "cat").start();
        url = x.baseUri().toString();
    }

    @AfterEach
    void stop() {
        x.close();
    }

    private List<String> sentLines() {
        return x.shouldHaveDelivered(Instant.EPOCH, x.now()).stream()
                .map(ExpectedPost::line)
                .toList();
    }

    @Test
    void anEnvelopeHoldsOriginAndTimeAndTheLineAsXSentIt() throws IOException {
        Program.Ended ended =
                Program.with(x).run("consume", "--base-url", url, "--fields", "minimal", "--envelope", "--for", "2s");
        assertThat(ended.status()).isZero();
        assertThat(ended.lines()).isNotEmpty();
        List<String> sent = sentLines();
        for (String line : ended.lines()) {
            assertThat(line).matches("(?s)\\{\"origin\":\"LIVE\",\"receivedAt\":\"[0-9TZ:.-]+\",\"post\":\\{.*}}");
            new ObjectMapper().readTree(line);
            assertThat(sent).contains(line.substring(line.indexOf("\"post\":") + 7, line.length() - 1));
        }
    }

    @Test
    void aFileIsAppendedToAndALineCutOffBeforeStaysALineOfItsOwn() throws IOException {
        Path out = Files.writeString(directory.resolve("posts"), "{\"cut");
        Program.Ended ended = Program.with(x).run("consume", "--base-url", url, "--out", out.toString(), "--for", "2s");
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).isEmpty();
        List<String> lines = Files.readAllLines(out);
        assertThat(lines).hasSizeGreaterThan(1).first().isEqualTo("{\"cut");
        assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("{\"data\":"));
        assertThat(ended.err()).contains(lines.size() - 1 + " posts written");
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
                .containsPattern("[1-9]\\d* posts were received and not written");
        assertThat(x.awaitConnectionsOpen(0, Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void aTokenThatXRefusesEndsWithStatus3AndSaysWhatToChange() {
        Program.Ended ended = Program.withToken("wrong%2Ftoken").run("consume", "--base-url", url);
        assertThat(ended.status()).isEqualTo(3);
        assertThat(ended.err())
                .containsOnlyOnce("Given up: X refuses the bearer token")
                .contains("or a new one")
                .doesNotContain("wrong%2Ftoken")
                .doesNotContain("\tat ");
    }

    @Test
    void aTokenWithAnEscapeIsReadFromItsFileAndSentVerbatim() throws IOException {
        assertThat(x.bearerToken()).contains("%2F");
        Path file = Files.writeString(directory.resolve("token"), "\n  " + x.bearerToken() + " \r\n");
        Program.Ended ended =
                new Program().run("consume", "--base-url", url, "--token-file", file.toString(), "--for", "2s");
        assertThat(ended.status()).isZero();
        assertThat(ended.lines()).isNotEmpty();
        assertThat(ended.err()).doesNotContain(x.bearerToken());
    }

    @Test
    void keyAndSecretAreTradedForAToken() {
        Program.Ended ended = new Program()
                .and("X_API_KEY", x.apiKey())
                .and("X_API_SECRET", x.apiSecret())
                .run("consume", "--base-url", url, "--for", "2s");
        assertThat(ended.status()).isZero();
        assertThat(ended.lines()).isNotEmpty();
        assertThat(x.requests()).extracting(SeenRequest::path).contains("/oauth2/token");
    }

    @Test
    void theRulesOfAFileAreBroughtInLineBeforeTheStreamIsOpened() throws IOException {
        Path rules = Files.writeString(directory.resolve("rules"), "animals = cat OR dog\n");
        Program.Ended ended =
                Program.with(x).run("consume", "--base-url", url, "--rules-file", rules.toString(), "--for", "2s");
        assertThat(ended.status()).isZero();
        assertThat(ended.err()).contains("Rules in line: 1 added");
        assertThat(ended.out()).contains("gapless:animals");
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
    void withoutAnyRuleItSaysHowToAddOne() {
        try (XEmulator empty = XEmulator.builder().start()) {
            Program.Ended ended = Program.with(empty)
                    .run("consume", "--base-url", empty.baseUri().toString(), "--for", "1s");
            assertThat(ended.status()).isZero();
            assertThat(ended.err()).contains("X holds no rules").contains("gapless rules apply");
        }
    }

    @Test
    void aUsageCapAtTheEndOfTheTimeIsStatus4() {
        x.inject(Misbehaviour.USAGE_CAP);
        Program.Ended ended = Program.with(x).run("consume", "--base-url", url, "--for", "1s");
        assertThat(ended.status()).isEqualTo(4);
        assertThat(ended.err()).contains("parked").contains("usage cap");
    }

    @Test
    void aPortNobodyListensOnIsTriedAgainAndTold() {
        x.close();
        Program.Ended ended = Program.with(x).run("consume", "--base-url", url, "--for", "1s");
        assertThat(ended.status()).isZero();
        assertThat(ended.err()).contains("did not come about: network").contains("next try in");
    }

    @Test
    void anUnknownHostIsToldAndTriedAgain() {
        // Longer than a name may be, so that no resolver has to be asked.
        String noSuchHost = "https://" + "x".repeat(64) + ".invalid";
        Program.Ended ended = Program.with(x).run("consume", "--base-url", noSuchHost, "--for", "1s");
        assertThat(ended.status()).isZero();
        assertThat(ended.err()).contains("UNKNOWN_HOST").contains("next try in");
    }

    @Test
    void aServerThatNeverAnswersDoesNotHoldUpTheEnd() throws InterruptedException {
        x.inject(Misbehaviour.ACCEPT_AND_NEVER_ANSWER);
        long startedNanos = System.nanoTime();
        Program.Ended ended = Program.with(x).run("consume", "--base-url", url, "--for", "1s");
        assertThat(ended.status()).isZero();
        assertThat(ended.err()).contains("connecting").doesNotContain("up.");
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos))
                .isLessThan(10);
        assertThat(x.requests()).extracting(SeenRequest::status).containsExactly(0);
    }

    @Test
    void aDropIsToldAsOneEndOneOutageAndOneNewConnection() {
        x.inject(Fault.of(Misbehaviour.RESET).afterPosts(10));
        Program.Ended ended = Program.with(x).run("consume", "--base-url", url, "--for", "2s");
        assertThat(ended.status()).isZero();
        assertThat(ended.err())
                .containsOnlyOnce("Connection 1: ended: network")
                .containsOnlyOnce("Outage 1 began")
                .containsOnlyOnce("Outage 1 is over");
    }

    @Test
    void theCertificatesOfCaFileAreTrustedAndOthersAreNot() throws IOException {
        try (XEmulator tls = XEmulator.builder()
                .tls()
                .rate(100)
                .topics("cat")
                .rule("cats", "cat")
                .start()) {
            String tlsUrl = tls.baseUri().toString();
            Program.Ended trusting = Program.with(tls)
                    .run("consume", "--base-url", tlsUrl, "--ca-file", pem(tls).toString(), "--for", "2s");
            assertThat(trusting.lines()).isNotEmpty();
            Program.Ended doubting = Program.with(tls).run("consume", "--base-url", tlsUrl, "--for", "1s");
            assertThat(doubting.err()).contains("TLS");
            assertThat(doubting.lines()).isEmpty();
        }
    }

    private Path pem(XEmulator tls) throws IOException {
        try (SSLSocket socket = (SSLSocket) tls.clientSslContext()
                .orElseThrow()
                .getSocketFactory()
                .createSocket("127.0.0.1", tls.baseUri().getPort())) {
            byte[] certificate = socket.getSession().getPeerCertificates()[0].getEncoded();
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
