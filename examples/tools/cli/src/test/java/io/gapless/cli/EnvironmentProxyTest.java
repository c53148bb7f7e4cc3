package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentProxyTest {
    private static final URI X = URI.create("https://api.x.com/2/tweets");

    private static EnvironmentProxy proxy(String httpsProxy, String noProxy) {
        return EnvironmentProxy.from(Map.of("HTTPS_PROXY", httpsProxy, "NO_PROXY", noProxy))
                .orElseThrow();
    }

    private static InetSocketAddress wayToX(EnvironmentProxy proxy) {
        return (InetSocketAddress) proxy.select(X).get(0).address();
    }

    @Test
    void withoutTheVariableThereIsNone() {
        assertThat(EnvironmentProxy.from(Map.of("HTTPS_PROXY", " "))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "proxy.corp:3128,proxy.corp,3128",
        "http://proxy.corp:3128/,proxy.corp,3128",
        "http://proxy.corp,proxy.corp,80",
        "http://me:secret@10.0.0.1:8080,10.0.0.1,8080",
        "HTTP://[fd00::1]:8080,fd00::1,8080"
    })
    void hostAndPortAreRead(String value, String host, int port) {
        assertThat(wayToX(proxy(value, "")).getHostString()).isEqualTo(host);
        assertThat(wayToX(proxy(value, "")).getPort()).isEqualTo(port);
    }

    @Test
    void theLowerCaseVariableWins() {
        EnvironmentProxy proxy = EnvironmentProxy.from(Map.of("HTTPS_PROXY", "upper:1", "https_proxy", "lower:2"))
                .orElseThrow();
        assertThat(proxy).hasToString("lower:2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://s3cret@p:1", "socks5://s3cret@p:1", "http://me:s3cret", "p:99999", "http://s3 cret@p:1"
            })
    void aProxyThatCannotBeUsedIsRefusedWithoutRepeatingIt(String value) {
        assertThatThrownBy(() -> EnvironmentProxy.from(Map.of("HTTPS_PROXY", value)))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("HTTPS_PROXY")
                .hasMessageNotContaining("s3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "x.com",
                ".x.com",
                "*.x.com",
                "API.X.COM",
                "other.org, x.com",
                "other.org x.com",
                "api.x.com:443"
            })
    void whatNoProxyNamesIsReachedDirectly(String noProxy) {
        assertThat(proxy("p:1", noProxy).select(X)).containsExactly(Proxy.NO_PROXY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pi.x.com", "ax.com", "com.x", "api.x.com:8443"})
    void whatNoProxyDoesNotNameGoesThroughTheProxy(String noProxy) {
        assertThat(wayToX(proxy("p:1", noProxy)).getHostString()).isEqualTo("p");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:1", "http://127.0.0.1:1", "http://127.8.9.1:1", "http://[::1]:1"})
    void thisMachineIsAlwaysReachedDirectly(String address) {
        assertThat(proxy("p:1", "").select(URI.create(address))).containsExactly(Proxy.NO_PROXY);
    }

    @Test
    void thePasswordIsDecodedAndGivenToThisProxyOnly() throws Exception {
        Authenticator authenticator =
                proxy("http://me:a%40b+c@p:3128", "").authenticator().orElseThrow();
        PasswordAuthentication ours = ask(authenticator, "p", Authenticator.RequestorType.PROXY);
        assertThat(ours.getUserName()).isEqualTo("me");
        assertThat(ours.getPassword()).containsExactly("a@b+c".toCharArray());
        assertThat(ask(authenticator, "other", Authenticator.RequestorType.PROXY))
                .isNull();
        assertThat(ask(authenticator, "p", Authenticator.RequestorType.SERVER)).isNull();
    }

    private static PasswordAuthentication ask(
            Authenticator authenticator, String host, Authenticator.RequestorType requestor) throws Exception {
        return authenticator.requestPasswordAuthenticationInstance(
                host, (InetAddress) null, 3128, "http", "", "basic", X.toURL(), requestor);
    }

    @Test
    void aPasswordIsMentionedAndNotShown() {
        assertThat(proxy("http://me:s3cret@p:3128", "")).hasToString("p:3128 with a password");
    }
}
