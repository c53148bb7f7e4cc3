package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
    void aProxyThatRefusesIsToldAndTriedAgain() throws Exception {
        try (FakeProxy proxy = new FakeProxy(head -> "403 Forbidden")) {
            Program.Ended ended = Program.withToken(TOKEN)
                    .and("HTTPS_PROXY", proxy.hostAndPort())
                    .start("consume")
                    .awaitErr("PROXY")
                    .awaitErr("will be retried in")
                    .end();
            assertThat(ended.status()).isZero();
            assertThat(proxy.heads()).isNotEmpty().allSatisfy(head -> {
                assertThat(head.get(0)).startsWith("CONNECT api.x.com:443 ");
                assertThat(head).noneMatch(line -> line.contains(TOKEN));
            });
        }
    }

    @Test
    void aProxyThatWantsAPasswordIsToldWithThePlaceToPutIt() throws Exception {
        try (FakeProxy proxy = new FakeProxy(
                head -> "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"corp\"")) {
            Program.Ended ended = Program.withToken(TOKEN)
                    .and("HTTPS_PROXY", proxy.hostAndPort())
                    .start("consume")
                    .awaitErr("requires a password")
                    .end();
            assertThat(ended.err()).contains("HTTPS_PROXY").contains("http://user:password@host:port");
        }
    }

    /** In a JVM of its own, since Java reads once whether it may send passwords to proxies. */
    @Test
    void thePasswordIsSentToTheProxyAndPrintedNowhere() throws Exception {
        String expected = "Proxy-Authorization: Basic "
                + Base64.getEncoder().encodeToString("me:s3@cret".getBytes(StandardCharsets.US_ASCII));
        FakeProxy asking = new FakeProxy(head -> head.contains(expected)
                ? "502 Bad Gateway"
                : "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"corp\"");
        Map<String, String> environment =
                Map.of("X_BEARER_TOKEN", TOKEN, "https_proxy", "http://me:s3%40cret@" + asking.hostAndPort());
        try (asking;
                ChildProgram gapless = ChildProgram.start(environment, "consume")) {
            gapless.awaitErr(err -> err.contains("502"));
            gapless.terminate();
            assertThat(gapless.awaitEnd()).isZero();
            assertThat(gapless.err()).doesNotContain("s3").doesNotContain(TOKEN);
            assertThat(asking.heads()).anyMatch(head -> head.contains(expected));
        }
    }
}
