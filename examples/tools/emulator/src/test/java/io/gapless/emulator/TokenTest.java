package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TokenTest {
    @RegisterExtension
    static final EmulatorExtension EMULATOR =
            EmulatorExtension.create(builder -> builder.credentials("a key", "a:secret"));

    @Test
    void keyAndSecretAreExchangedForTheToken(XEmulator x) throws Exception {
        HttpResponse<String> answer = exchange(x, "a+key:a%3Asecret");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(StreamClient.json(answer).path("token_type").asText()).isEqualTo("bearer");
        assertThat(StreamClient.json(answer).path("access_token").asText()).isEqualTo(x.bearerToken());
    }

    @Test
    void aWrongSecretIsAnsweredWith403AndCode99(XEmulator x) throws Exception {
        HttpResponse<String> answer = exchange(x, "a+key:wrong");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(StreamClient.json(answer).at("/errors/0/code").asInt()).isEqualTo(99);
    }

    @Test
    void aTokenWhoseEscapesWereDecodedIsAnotherToken(XEmulator x) throws Exception {
        String decoded = x.bearerToken().replace("%2F", "/").replace("%3D", "=");
        HttpResponse<String> answer =
                StreamClient.send(HttpRequest.newBuilder(URI.create(x.baseUri() + "/2/tweets/search/stream/rules"))
                        .header("Authorization", "Bearer " + decoded));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401,\"detail\":\"Unauthorized\"}");
    }

    @Test
    void afterARotationOnlyTheNewTokenIsAccepted() throws Exception {
        try (XEmulator x = XEmulator.builder().start()) {
            HttpRequest.Builder old = StreamClient.request(x, "/2/tweets/search/stream/rules");
            x.rotateToken();

            assertThat(StreamClient.send(old).statusCode()).isEqualTo(401);
            assertThat(StreamClient.get(x, "/2/tweets/search/stream/rules").statusCode())
                    .isEqualTo(200);
        }
    }

    private static HttpResponse<String> exchange(XEmulator x, String pair) throws Exception {
        String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
        return StreamClient.send(HttpRequest.newBuilder(URI.create(x.baseUri() + "/oauth2/token"))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials")));
    }
}
