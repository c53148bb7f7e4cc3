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
 * Asks the user's authenticator for a proxy's password, and sends it along. The JDK's client can do that itself, but a
 * client with an authenticator shows it to servers too, and turns a 401 of X into an exception without an answer.
 */
final class ProxyPassword {
    private ProxyPassword() {}

    /** The Proxy-Authorization header's value; empty if no proxy or no password is meant for this address. */
    static Optional<String> header(Wire wire, Optional<InetSocketAddress> proxy, URI uri) throws IOException {
        if (proxy.isEmpty() || wire.proxyAuthenticator().isEmpty()) return Optional.empty();
        return ask(wire.proxyAuthenticator().get(), proxy.get(), uri).map(ProxyPassword::basic);
    }

    /** The HTTP proxy through which the client goes to an address. */
    static Optional<InetSocketAddress> proxy(Wire wire, URI uri) {
        ProxySelector selector = wire.proxy().orElseGet(ProxySelector::getDefault);
        List<Proxy> proxies = selector == null ? List.of() : selector.select(uri);
        // The JDK's client takes the first, too.
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
            // Its message could hold the password.
            throw new IOException(
                    "the proxy authenticator threw " + e.getClass().getName());
        }
    }

    private static String basic(PasswordAuthentication password) {
        String both = password.getUserName() + ":" + new String(password.getPassword());
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }
}
