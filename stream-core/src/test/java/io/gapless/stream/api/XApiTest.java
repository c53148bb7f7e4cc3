package io.gapless.stream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Ending.Kind;
import io.gapless.stream.seam.RawServer;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.VirtualTime;
import io.gapless.stream.seam.Wire;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XApiTest {
    private static final TokenSource TOKEN = TokenSource.of(() -> "AAA%2FSECRET");

    @AutoClose
    private final Transport transport = Wire.standard().open();

    private XApi at(RawServer server) {
        return new XApi(server.uri(), TOKEN, transport, Seams.system().time());
    }

    private static ApiAnswer join(CompletableFuture<ApiAnswer> answer) {
        return answer.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static Ending failure(ApiAnswer answer) {
        assertThat(answer).isInstanceOf(ApiAnswer.Failed.class);
        return ((ApiAnswer.Failed) answer).ending();
    }

    private static ApiAnswer.Received received(ApiAnswer answer) {
        assertThat(answer).isInstanceOf(ApiAnswer.Received.class);
        return (ApiAnswer.Received) answer;
    }

    @Test
    void aQueryKeepsCommasAndColonsAndEncodesTheRest() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "{}")) {
            join(at(server)
                    .get(
                            "/2/tweets/search/recent",
                            Map.of(
                                    "query", "cat has:images \"ü+&\" #x",
                                    "tweet.fields", "id,text",
                                    "start_time", "2026-11-22T00:00:00Z")));
            assertThat(server.nextPeer().head())
                    .startsWith("GET /2/tweets/search/recent?query=cat%20has:images%20%22%C3%BC%2B%26%22%20%23x"
                            + "&start_time=2026-11-22T00:00:00Z&tweet.fields=id,text HTTP/1.1\r\n");
        }
    }

    @Test
    void aCallSaysWhoItIsAndCarriesTheToken() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "{}")) {
            join(at(server).get("/2/usage/tweets", Map.of()));
            assertThat(server.nextPeer().head())
                    .startsWith("GET /2/usage/tweets HTTP/1.1\r\n")
                    .contains("\r\nAuthorization: Bearer AAA%2FSECRET\r\n")
                    .containsPattern("\r\nUser-Agent: gapless/\\S+ Java/\\d+\r\n");
        }
    }

    @Test
    void aCallWhoseTokenIsRefusedIsSentOnceMoreWithATokenFetchedAnew() throws Exception {
        try (RawServer server = RawServer.start(peer -> {
            boolean fresh = peer.readHead().contains("Bearer fresh");
            peer.answer(fresh ? "200 OK" : "401 Unauthorized", "{}");
        })) {
            XApi api = new XApi(
                    server.uri(),
                    refused -> refused ? "fresh" : "dead",
                    transport,
                    Seams.system().time());

            assertThat(received(join(api.get("/x", Map.of()))).head().status()).isEqualTo(200);
        }
    }

    @Test
    void aTokenThatIsRefusedTwiceIsNotSentAThirdTime() throws Exception {
        try (RawServer server = RawServer.answering("401 Unauthorized", "{}")) {
            assertThat(received(join(at(server).get("/x", Map.of()))).head().status())
                    .isEqualTo(401);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void aPostCarriesItsBodyAsJson() throws Exception {
        try (RawServer server = RawServer.start(peer -> {
            String head = peer.readHead();
            assertThat(head).startsWith("POST /2/rules?dry_run=true HTTP/1.1\r\n");
            assertThat(head).contains("\r\nContent-Type: application/json\r\n");
            peer.answer("201 Created", "<" + peer.readBody(12) + ">");
        })) {
            ApiAnswer answer = join(at(server)
                    .post(
                            "/2/rules",
                            Map.of("dry_run", "true"),
                            BodyJson.MAPPER.createObjectNode().put("add", "ü")));
            assertThat(received(answer).problem().detail()).isEmpty();
        }
    }

    @Test
    void aDeleteMayGoWithoutABody() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "{}")) {
            join(at(server).delete("/2/connections/all", null));
            assertThat(server.nextPeer().head())
                    .startsWith("DELETE /2/connections/all HTTP/1.1\r\n")
                    .doesNotContain("Content-Type");
        }
    }

    @Test
    void anAnswerIsReadAsJson() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "{\"data\":[{\"id\":\"1\"}]}")) {
            ApiAnswer.Received answer = received(join(at(server).get("/x", Map.of())));
            assertThat(answer.ok()).isTrue();
            assertThat(answer.body().at("/data/0/id").asText()).isEqualTo("1");
        }
    }

    @Test
    void aRefusalIsAValueWithXsProblem() throws Exception {
        try (RawServer server = RawServer.answering(
                "429 Too Many Requests\r\nx-rate-limit-reset: 1795350896",
                "{\"title\":\"Too Many Requests\",\"detail\":\"Too Many Requests\",\"type\":\"about:blank\"}")) {
            ApiAnswer.Received answer = received(join(at(server).get("/x", Map.of())));
            assertThat(answer.ok()).isFalse();
            assertThat(answer.problem().title()).isEqualTo("Too Many Requests");
            assertThat(answer.head().rateLimitReset()).hasValue(Instant.ofEpochSecond(1795350896));
            assertThat(answer.describe()).startsWith("HTTP 429, Too Many Requests");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>over capacity</html>"})
    void anAnswerThatIsNoJsonHasAMissingBody(String body) throws Exception {
        try (RawServer server = RawServer.answering("503 Service Unavailable", body)) {
            ApiAnswer.Received answer = received(join(at(server).get("/x", Map.of())));
            assertThat(answer.body().isMissingNode()).isTrue();
            assertThat(answer.describe()).startsWith("HTTP 503, ");
        }
    }

    @Test
    void anAnswerCutInTheMiddleIsNoAnswer() throws Exception {
        try (RawServer server = RawServer.responding(peer -> {
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"data\":[]}")
                    .close();
        })) {
            assertThat(failure(join(at(server).get("/x", Map.of()))).kind()).isEqualTo(Kind.CUT);
        }
    }

    @Test
    void aTooLargeAnswerFailsAtOnceAndItsSocketIsFreed() throws Exception {
        String megabyte = "x".repeat(1024 * 1024);
        try (RawServer server = RawServer.responding(peer -> {
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
            while (true) peer.write(megabyte);
        })) {
            CompletableFuture<ApiAnswer> call = at(server).get("/x", Map.of());
            Ending ending = failure(join(call));
            assertThat(ending.kind()).isEqualTo(Kind.OTHER);
            assertThat(ending.detail()).contains("larger than");
            server.nextPeer().awaitGone();
        }
    }

    @Test
    void aCallWithoutAnAnswerFailsAfterItsTimeoutAndItsSocketIsFreed() throws Exception {
        VirtualTime time = new VirtualTime(Instant.EPOCH);
        try (RawServer server = RawServer.start(RawServer.Peer::readHead)) {
            CompletableFuture<ApiAnswer> answer = new XApi(server.uri(), TOKEN, transport, time).get("/x", Map.of());
            RawServer.Peer peer = server.nextPeer();
            peer.head();
            time.advance(Duration.ofSeconds(29));
            assertThat(answer).isNotDone();
            time.advance(Duration.ofSeconds(1));
            assertThat(failure(join(answer))).isEqualTo(new Ending(Kind.NO_ANSWER, "no complete answer within 30 s"));
            peer.awaitGone();
        }
    }

    @Test
    void aTokenSourceThatHangsDoesNotHoldUpTheTimeout() throws Exception {
        VirtualTime time = new VirtualTime(Instant.EPOCH);
        CompletableFuture<String> never = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(1);
        TokenSource hanging = refused -> {
            asked.countDown();
            return never.get();
        };
        try (RawServer server = RawServer.start(peer -> {})) {
            CompletableFuture<ApiAnswer> answer = new XApi(server.uri(), hanging, transport, time).get("/x", Map.of());
            asked.await();
            time.advance(Duration.ofSeconds(30));
            assertThat(failure(join(answer)).kind()).isEqualTo(Kind.NO_TOKEN);
            assertThat(failure(join(answer)).detail()).contains("has not returned a token in time");
            assertThat(server.connections()).isZero();
        } finally {
            never.complete("");
        }
    }

    @Test
    void aCallOnAClosedTransportFailsAndSaysSo() throws Exception {
        transport.close();
        XApi api = new XApi(XApi.X, TOKEN, transport, Seams.system().time());
        Ending ending = failure(join(api.get("/x", Map.of())));
        assertThat(ending.kind()).isEqualTo(Kind.CANCELLED);
        assertThat(ending.detail()).contains("closed");
    }

    @Test
    void aCallWithoutATokenFailsAndNothingIsSent() throws Exception {
        try (RawServer server = RawServer.start(peer -> {})) {
            XApi api = new XApi(
                    server.uri(),
                    TokenSource.of(() -> ""),
                    transport,
                    Seams.system().time());
            assertThat(failure(join(api.get("/x", Map.of()))).kind()).isEqualTo(Kind.NO_TOKEN);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void aStreamsRequestTellsTheTokenSourceOfARefusal() throws Exception {
        AtomicReference<Boolean> asked = new AtomicReference<>();
        TokenSource source = refused -> {
            asked.set(refused);
            return "t";
        };
        Request request = new XApi(XApi.X, source, transport, Seams.system().time())
                .stream("/2/tweets/search/stream", Map.of("backfill_minutes", "2"), true);
        assertThat(request.uri()).hasToString("https://api.x.com/2/tweets/search/stream?backfill_minutes=2");
        assertThat(request.authorization().orElseThrow().call()).isEqualTo("Bearer t");
        assertThat(asked).hasValue(true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.x.com",
                "https://api.x.com/",
                "https://proxy.corp.test:8443",
                "http://localhost:8080",
                "http://127.0.0.1:1",
                "http://127.9.9.9:1",
                "http://[::1]:8080"
            })
    void aSafeBaseIsAccepted(String base) {
        assertThatCode(() -> api(base)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://api.x.com",
                "http://10.0.0.1:8080",
                "http://0.0.0.0",
                "http://localhost.example.com",
                "http://[2001:db8::1]/",
                "http://127.0.0.1.example.com"
            })
    void plainHttpToAnotherMachineIsRefusedSinceItWouldShowTheToken(String base) {
        assertThatThrownBy(() -> api(base))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("baseUrl")
                .hasMessageContaining("unencrypted")
                .hasMessageContaining("https");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api.x.com",
                "/2/tweets",
                "ftp://api.x.com",
                "https:///2",
                "mailto:a@b.test",
                "https://api.x.com/v2",
                "https://api.x.com?x=1",
                "https://api.x.com#x",
                "http://localhost:99999"
            })
    void aBaseThatIsMoreOrLessThanSchemeHostAndPortIsRefused(String base) {
        assertThatThrownBy(() -> api(base))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("baseUrl")
                .hasMessageContaining("scheme, host and port");
    }

    @Test
    void aPasswordInTheBaseIsRefusedWithoutBeingRepeated() {
        assertThatThrownBy(() -> api("https://user:SECRET@api.x.com"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("baseUrl")
                .hasMessageNotContaining("SECRET");
    }

    private XApi api(String base) {
        return new XApi(URI.create(base), TOKEN, transport, Seams.system().time());
    }

    @Test
    void textFormsShowNoTokenAndNoBody() throws Exception {
        XApi api = api("http://localhost:1");
        Request request = api.stream("/s", Map.of(), false);
        assertThat(api.toString() + request + Wire.standard() + transport).doesNotContain("SECRET");
        assertThat(request).hasToString("GET http://localhost:1/s");
        Request post =
                new Request("POST", URI.create("http://localhost:1"), Map.of("H", "SECRET"), null, "SECRET".getBytes());
        assertThat(post).hasToString("POST http://localhost:1");
        try (RawServer server = RawServer.answering("200 OK", "{\"access_token\":\"SECRET\"}")) {
            assertThat(join(at(server).get("/x", Map.of())).toString())
                    .doesNotContain("SECRET")
                    .contains("200");
        }
    }
}
