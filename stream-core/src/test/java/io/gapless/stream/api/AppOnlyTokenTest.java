package io.gapless.stream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.stream.seam.NoTokenException;
import io.gapless.stream.seam.RawServer;
import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Wire;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppOnlyTokenTest {
    @AutoClose
    private final Transport transport = Wire.standard().open();

    private AppOnlyToken at(RawServer server) {
        return new AppOnlyToken(
                server.uri(), "app+key", "SEC/RET", transport, Seams.system().time());
    }

    private AbstractThrowableAssert<?, ?> refusal(String status, String body) throws Exception {
        try (RawServer server = RawServer.answering(status, body)) {
            return assertThatThrownBy(() -> at(server).token(false))
                    .isInstanceOf(NoTokenException.class)
                    .hasMessageNotContaining("SEC/RET")
                    .hasMessageNotContaining("app+key")
                    .hasMessageNotContaining("AAAA");
        }
    }

    @Test
    void keyAndSecretAreSentAsXWantsThemAndTheTokenComesBackVerbatim() throws Exception {
        try (RawServer server = RawServer.start(peer -> {
            String head = peer.readHead();
            assertThat(peer.readBody(29)).isEqualTo("grant_type=client_credentials");
            peer.answer("200 OK", "{\"token_type\":\"bearer\",\"access_token\":\"AAAA%2FAAA%3DAAAAAAAA\"}");
            assertThat(head).isNotBlank();
        })) {
            assertThat(at(server).token(false)).isEqualTo("AAAA%2FAAA%3DAAAAAAAA");
            String basic = Base64.getEncoder().encodeToString("app%2Bkey:SEC%2FRET".getBytes(StandardCharsets.UTF_8));
            assertThat(server.nextPeer().head())
                    .startsWith("POST /oauth2/token HTTP/1.1\r\n")
                    .contains("\r\nAuthorization: Basic " + basic + "\r\n")
                    .contains("\r\nContent-Type: application/x-www-form-urlencoded;charset=UTF-8\r\n")
                    .contains("\r\nUser-Agent: gapless/");
        }
    }

    @Test
    void theTokenIsKeptUntilXRefusesIt() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (RawServer server = RawServer.responding(peer -> {
            peer.answer("200 OK", "{\"token_type\":\"bearer\",\"access_token\":\"t" + count.incrementAndGet() + "\"}");
        })) {
            AppOnlyToken source = at(server);
            assertThat(source.token(false)).isEqualTo("t1");
            assertThat(source.token(false)).isEqualTo("t1");
            assertThat(source.token(true)).isEqualTo("t2");
            assertThat(source.token(false)).isEqualTo("t2");
        }
    }

    @Test
    void wrongCredentialsAreToldInXsWordsWithoutTheSecret() throws Exception {
        refusal(
                        "403 Forbidden",
                        "{\"errors\":[{\"code\":99,\"label\":\"authenticity_token_error\",\"message\":\"Unable to verify your credentials\"}]}")
                .hasMessageContaining("403")
                .hasMessageContaining("Unable to verify your credentials")
                .hasMessageContaining("developer portal");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"token_type\":\"mac\",\"access_token\":\"AAAA\"}",
                "{\"access_token\":\"AAAA\"}",
                "{\"token_type\":\"bearer\"}",
                "{\"token_type\":\"bearer\",\"access_token\":\"\"}",
                "{\"token_type\":\"bearer\",\"access_token\":{\"x\":\"AAAA\"}}",
                "token_type=bearer&access_token=AAAA",
                "{\"detail\":\"AAAA\"}"
            })
    void anAnswerWithoutABearerTokenIsNoTokenAndIsNotRepeated(String body) throws Exception {
        refusal("200 OK", body).hasMessageContaining("200").hasMessageContaining("bearer");
    }

    @Test
    void afterAFailureTheNextCallAsksAgain() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (RawServer server = RawServer.responding(peer -> {
            if (count.incrementAndGet() == 1) peer.answer("503 Service Unavailable", "");
            else peer.answer("200 OK", "{\"token_type\":\"bearer\",\"access_token\":\"t\"}");
        })) {
            AppOnlyToken source = at(server);
            assertThatThrownBy(() -> source.token(false))
                    .isInstanceOf(NoTokenException.class)
                    .hasMessageContaining("503");
            assertThat(source.token(false)).isEqualTo("t");
        }
    }

    @Test
    void aFailedRefreshDoesNotBringTheRefusedTokenBack() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (RawServer server = RawServer.responding(peer -> {
            if (count.incrementAndGet() == 2) peer.answer("503 Service Unavailable", "");
            else peer.answer("200 OK", "{\"token_type\":\"bearer\",\"access_token\":\"t" + count + "\"}");
        })) {
            AppOnlyToken source = at(server);
            assertThat(source.token(false)).isEqualTo("t1");
            assertThatThrownBy(() -> source.token(true)).isInstanceOf(NoTokenException.class);
            assertThat(source.token(false)).isEqualTo("t3");
        }
    }

    @Test
    void theSecretIsNotSentInClearToAnotherMachineAndNotShown() {
        URI clear = URI.create("http://api.x.com");
        assertThatThrownBy(() -> new AppOnlyToken(
                        clear, "app+key", "SEC/RET", transport, Seams.system().time()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("SEC/RET");
        assertThat(new AppOnlyToken(
                                XApi.X,
                                "app+key",
                                "SEC/RET",
                                transport,
                                Seams.system().time())
                        .toString())
                .doesNotContain("SEC/RET")
                .doesNotContain("app+key");
    }
}
