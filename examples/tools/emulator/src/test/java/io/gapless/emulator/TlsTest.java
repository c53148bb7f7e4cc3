package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TlsTest {
    @RegisterExtension
    static final EmulatorExtension EMULATOR =
            EmulatorExtension.create(builder -> builder.tls().rule("cats", "cat"));

    @Test
    void aClientThatTrustsTheCertificateStreamsAndItsCloseIsSeen(XEmulator x) throws Exception {
        assertThat(x.baseUri().getScheme()).isEqualTo("https");
        try (StreamClient client = StreamClient.open(x)) {
            long id = x.publish("a cat");
            assertThat(client.nextIds(1)).containsExactly(id);
        }
        assertThat(x.awaitConnectionsOpen(0, Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void anyOtherClientRefusesIt(XEmulator x) {
        Assertions.assertThatThrownBy(() -> HttpClient.newHttpClient()
                        .send(
                                StreamClient.request(x, StreamClient.FILTERED).build(),
                                HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(javax.net.ssl.SSLException.class);
    }
}
