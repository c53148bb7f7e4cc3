package io.gapless.stream.seam;

import java.net.Authenticator;
import java.net.ProxySelector;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Holds the settings that {@link Wire} collects.
 *
 * @param connectTimeout how long opening a TCP connection may take
 * @param proxy chooses the proxy for each address; null for the JVM's own
 * @param proxyAuthenticator supplies the password of the proxy; null if the proxy needs no password
 * @param sslContext decides which certificates are trusted; null for the JVM's own
 */
record WireSettings(
        Duration connectTimeout,
        @Nullable ProxySelector proxy,
        @Nullable Authenticator proxyAuthenticator,
        @Nullable SSLContext sslContext) {
    WireSettings withProxy(ProxySelector selector) {
        return new WireSettings(connectTimeout, selector, proxyAuthenticator, sslContext);
    }

    WireSettings withProxyAuthenticator(Authenticator authenticator) {
        return new WireSettings(connectTimeout, proxy, authenticator, sslContext);
    }

    WireSettings withSslContext(SSLContext context) {
        return new WireSettings(connectTimeout, proxy, proxyAuthenticator, context);
    }
}
