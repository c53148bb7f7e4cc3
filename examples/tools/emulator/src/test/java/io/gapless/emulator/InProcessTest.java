package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Within the process, the emulator answers, breaks and waits as it does over HTTP, by a clock that jumps. */
@Timeout(60)
class InProcessTest {
    private static final String STREAM = "/2/tweets/search/stream";

    @RegisterExtension
    final EmulatorExtension x =
            EmulatorExtension.create(emulator -> emulator.rule("cats", "cat").slowReaderAfter(Duration.ofMinutes(1)));

    /** Collects an answer. Can pause after each piece. */
    private static final class Client implements InProcessClient {
        private final boolean pauses;
        private final StringBuffer body = new StringBuffer();
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile int status;
        private volatile int pieces;
        private volatile End end = End.COMPLETE;

        Client(boolean pauses) {
            this.pauses = pauses;
        }

        @Override
        public boolean answered(int code, Map<String, String> headers) {
            status = code;
            assertThat(headers).containsKey("Date");
            return true;
        }

        @Override
        public boolean bytes(byte[] buffer, int length) {
            body.append(new String(buffer, 0, length, StandardCharsets.UTF_8));
            pieces++;
            return !pauses;
        }

        @Override
        public void ended(End how) {
            end = how;
            ended.countDown();
        }

        End end() throws InterruptedException {
            assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
            return end;
        }
    }

    private InProcessClient.Call open(String path, Client client) {
        URI address = x.emulator().baseUri().resolve(path);
        Map<String, String> headers =
                Map.of("Authorization", "Bearer " + x.emulator().bearerToken());
        return x.emulator().open(new InProcessClient.HttpRequest("GET", address, headers, new byte[0]), client);
    }

    private Client streaming() throws InterruptedException {
        Client client = new Client(false);
        open(STREAM, client);
        x.pass(Duration.ZERO);
        assertThat(client.status).isEqualTo(200);
        return client;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {STREAM + "/rules", STREAM + "?fields=none", "/2/tweets/search/recent?query=cat", "/nowhere"})
    void anAnswerIsThatOfHttp(String path) throws Exception {
        Client client = new Client(false);
        open(path, client);
        HttpRequest request = HttpRequest.newBuilder(x.emulator().baseUri().resolve(path))
                .header("Authorization", "Bearer " + x.emulator().bearerToken())
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(client.end()).isEqualTo(InProcessClient.End.COMPLETE);
        assertThat(client.status).isEqualTo(response.statusCode());
        assertThat(withoutTime(client.body.toString())).isEqualTo(withoutTime(response.body()));
    }

    private static String withoutTime(String body) {
        return body.replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "now");
    }

    @ParameterizedTest
    @CsvSource({"EOF, COMPLETE", "CLOSE_WITHOUT_FINAL_CHUNK, CUT", "RESET, RESET", "OPERATIONAL_DISCONNECT, COMPLETE"})
    void aStreamEndsAsTheFaultSays(Misbehaviour fault, InProcessClient.End end) throws Exception {
        Client client = streaming();
        x.publish("a cat");
        x.pass(Duration.ZERO);
        assertThat(client.body.toString()).contains("a cat");

        x.inject(fault);

        assertThat(client.end()).isEqualTo(end);
        assertThat(x.emulator().connectionsOpen()).isZero();
    }

    @Test
    void aConnectionThatIsClosedBeforeTheAnswerHasNone() throws Exception {
        x.inject(Misbehaviour.ACCEPT_AND_CLOSE);
        Client client = new Client(false);
        open(STREAM, client);

        assertThat(client.end()).isEqualTo(InProcessClient.End.NO_ANSWER);
        assertThat(client.status).isZero();
    }

    @Test
    void offlineNobodyConnectsAndWhoeverWasConnectedIsReset() throws Exception {
        Client before = streaming();
        x.emulator().goOffline();
        Client meanwhile = new Client(false);
        open(STREAM, meanwhile);

        assertThat(before.end()).isEqualTo(InProcessClient.End.RESET);
        assertThat(meanwhile.end()).isEqualTo(InProcessClient.End.NOT_CONNECTED);
        x.emulator().goOnline();
        streaming();
    }

    @Test
    void aClientThatCancelsFreesItsSlotAtOnce() throws Exception {
        Client client = new Client(false);
        InProcessClient.Call call = open(STREAM, client);
        x.pass(Duration.ZERO);

        call.cancel();

        assertThat(client.end()).isEqualTo(InProcessClient.End.CANCELLED);
        assertThat(x.emulator().connections().get(0).end()).isEqualTo(ConnectionEnd.CLIENT_CLOSED);
    }

    @Test
    void aClientThatPausesGetsNoMoreUntilItResumes() throws Exception {
        Client client = new Client(true);
        InProcessClient.Call call = open(STREAM, client);
        x.pass(Duration.ZERO);
        x.publish("a cat");
        x.pass(Duration.ofSeconds(10));
        assertThat(client.pieces).isOne();

        call.resume();
        x.pass(Duration.ZERO);

        assertThat(client.body.toString()).contains("a cat");
    }

    @Test
    void aClientThatPausesForAMinuteIsASlowReader() throws Exception {
        Client client = new Client(true);
        open(STREAM, client);

        x.pass(Duration.ofMinutes(2));

        assertThat(client.end()).isEqualTo(InProcessClient.End.RESET);
        assertThat(x.emulator().connections().get(0).end()).isEqualTo(ConnectionEnd.SLOW_READER);
    }

    @Test
    void keepAlivesFollowTheClock() throws Exception {
        Client client = streaming();

        x.pass(Duration.ofSeconds(201));

        assertThat(client.body.toString()).isEqualTo("\r\n".repeat(11));
    }

    @Test
    void headersThatAreSlowComeAfterTheirDelay() throws Exception {
        x.emulator().inject(Fault.of(Misbehaviour.SLOW_HEADERS).delay(Duration.ofHours(1)));
        Client client = new Client(false);
        open(STREAM, client);
        x.pass(Duration.ofMinutes(59));
        assertThat(client.status).isZero();

        x.pass(Duration.ofMinutes(2));

        assertThat(client.status).isEqualTo(200);
    }
}
