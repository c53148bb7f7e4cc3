package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No proxy here ever opens a tunnel, so nothing leaves this machine although X's own address is asked for. */
@Timeout(60)
class ProxyTest {
    private static final String TOKEN = "some-token";

    @Test
    void aProxyThatRefusesIsToldAndTriedAgain() throws IOException {
        try (FakeProxy proxy = new FakeProxy(head -> "403 Forbidden")) {
            Program.Ended ended = Program.withToken(TOKEN)
                    .and("HTTPS_PROXY", proxy.hostAndPort())
                    .run("consume", "--for", "1s");
            assertThat(ended.status()).isZero();
            assertThat(ended.err()).contains("PROXY").contains("next try in");
            assertThat(proxy.heads()).isNotEmpty().allSatisfy(head -> {
                assertThat(head.get(0)).startsWith("CONNECT api.x.com:443 ");
                assertThat(head).noneMatch(line -> line.contains(TOKEN));
            });
        }
    }

    @Test
    void aProxyThatWantsAPasswordEndsWithStatus3AndSaysWhereToPutIt() throws IOException {
        try (FakeProxy proxy = new FakeProxy(
                head -> "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"corp\"")) {
            Program.Ended ended = Program.withToken(TOKEN)
                    .and("HTTPS_PROXY", proxy.hostAndPort())
                    .run("consume", "--for", "5s");
            assertThat(ended.status()).isEqualTo(3);
            assertThat(ended.err()).contains("HTTPS_PROXY=http://user:password@host:port");
        }
    }

    /** In a JVM of its own, since Java reads once whether it may send passwords to proxies. */
    @Test
    void thePasswordIsSentToTheProxyAndPrintedNowhere() throws IOException, InterruptedException {
        String expected = "Proxy-Authorization: Basic "
                + Base64.getEncoder().encodeToString("me:s3@cret".getBytes(StandardCharsets.US_ASCII));
        FakeProxy asking = new FakeProxy(head -> head.contains(expected)
                ? "502 Bad Gateway"
                : "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"corp\"");
        Map<String, String> environment =
                Map.of("X_BEARER_TOKEN", TOKEN, "https_proxy", "http://me:s3%40cret@" + asking.hostAndPort());
        try (asking;
                ChildProgram gapless = ChildProgram.start(environment, "consume", "--for", "2s")) {
            assertThat(gapless.awaitEnd()).isZero();
            assertThat(gapless.err()).contains("502").doesNotContain("s3").doesNotContain(TOKEN);
            assertThat(asking.heads()).anyMatch(head -> head.contains(expected));
        }
    }
}
