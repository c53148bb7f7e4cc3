package io.gapless.stream.seam;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Asks the user's authenticator for the password of a proxy, so that each request can carry it. The JDK's client could
 * ask by itself. But a client with an authenticator also uses it to answer servers, and turns a 401 of X into an
 * exception without the answer.
 */
final class ProxyPassword {
    private ProxyPassword() {}

    /**
     * Returns the value of the Proxy-Authorization header; empty if this address has no proxy, or the proxy has no
     * password.
     */
    static Optional<String> header(WireSettings settings, Optional<InetSocketAddress> proxy, URI uri)
            throws IOException {
        Authenticator authenticator = settings.proxyAuthenticator();
        if (proxy.isEmpty() || authenticator == null) return Optional.empty();
        return ask(authenticator, proxy.get(), uri).map(ProxyPassword::basic);
    }

    /** Returns the HTTP proxy that the client uses for an address. */
    static Optional<InetSocketAddress> proxy(WireSettings settings, URI uri) {
        ProxySelector own = settings.proxy();
        ProxySelector selector = own == null ? ProxySelector.getDefault() : own;
        List<Proxy> proxies = selector == null ? List.of() : selector.select(uri);
        // The JDK's client also uses the first proxy only.
        return proxies.stream()
                .limit(1)
                .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
                .map(proxy -> (InetSocketAddress) proxy.address())
                .findFirst();
    }

    private static Optional<PasswordAuthentication> ask(Authenticator authenticator, InetSocketAddress proxy, URI uri)
            throws IOException {
        try {
            return Optional.ofNullable(authenticator.requestPasswordAuthenticationInstance(
                    proxy.getHostString(),
                    proxy.getAddress(),
                    proxy.getPort(),
                    "http",
                    "",
                    "Basic",
                    uri.toURL(),
                    Authenticator.RequestorType.PROXY));
        } catch (RuntimeException e) {
            // The exception is not passed on, because its message could contain the password.
            throw new IOException(
                    "the proxy authenticator threw " + e.getClass().getName());
        }
    }

    private static String basic(PasswordAuthentication password) {
        String both = password.getUserName() + ":" + new String(password.getPassword());
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }
}
