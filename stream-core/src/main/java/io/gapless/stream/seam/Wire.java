package io.gapless.stream.seam;

import java.net.Authenticator;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How the real wire reaches X. Immutable.
 *
 * <p>A proxy with a password needs two things: the {@code proxyAuthenticator}, and the system property {@code
 * jdk.http.auth.tunneling.disabledSchemes} set to the empty string, because the JDK refuses Basic authentication for
 * tunnels by default.
 */
public final class Wire {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final Duration connectTimeout;
    private final @Nullable ProxySelector proxy;
    private final @Nullable Authenticator proxyAuthenticator;
    private final @Nullable SSLContext sslContext;

    private Wire(
            Duration connectTimeout,
            @Nullable ProxySelector proxy,
            @Nullable Authenticator proxyAuthenticator,
            @Nullable SSLContext sslContext) {
        this.connectTimeout = connectTimeout;
        this.proxy = proxy;
        this.proxyAuthenticator = proxyAuthenticator;
        this.sslContext = sslContext;
    }

    /**
     * The JDK's own defaults, and 10 s for a TCP connection to come about.
     *
     * @return the default wire
     */
    public static Wire standard() {
        return new Wire(CONNECT_TIMEOUT, null, null, null);
    }

    /**
     * The same wire through a proxy.
     *
     * @param selector chooses the proxy per address
     * @return a copy
     */
    public Wire withProxy(ProxySelector selector) {
        return new Wire(connectTimeout, selector, proxyAuthenticator, sslContext);
    }

    /**
     * The same wire with a password for the proxy. It is sent along with each request, without waiting for the proxy to
     * ask, and never to anyone else.
     *
     * @param authenticator gives the password; called per exchange, on a thread that may block
     * @return a copy
     */
    public Wire withProxyAuthenticator(Authenticator authenticator) {
        return new Wire(connectTimeout, proxy, authenticator, sslContext);
    }

    /**
     * The same wire trusting other certificates than the JDK's, such as a company's own authority.
     *
     * @param context the TLS context
     * @return a copy
     */
    public Wire withSslContext(SSLContext context) {
        return new Wire(connectTimeout, proxy, proxyAuthenticator, context);
    }

    /**
     * Whether what is sent to an address can be read on the way: plain http, and not to this machine. A name other than
     * {@code localhost} is taken for another machine, since it could point elsewhere by the time of the connect.
     *
     * @param address an absolute http or https address
     * @return true if no secret may be sent there
     */
    public static boolean isInClear(URI address) {
        return "http".equals(address.getScheme()) && !isLoopback(address.getHost());
    }

    private static boolean isLoopback(String host) {
        if (host.equalsIgnoreCase("localhost")) return true;
        boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
        if (!literal) return false;
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * Opens the wire on the machine's own clock.
     *
     * @return a transport on {@code java.net.http}; the caller closes it
     */
    public Transport open() {
        return open(Time.system());
    }

    /**
     * Opens the wire.
     *
     * @param time whose monotonic clock says when something came; the same as that of whoever is told
     * @return a transport on {@code java.net.http}; the caller closes it
     */
    public Transport open(Time time) {
        return new JdkTransport(this, time);
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    Optional<ProxySelector> proxy() {
        return Optional.ofNullable(proxy);
    }

    Optional<Authenticator> proxyAuthenticator() {
        return Optional.ofNullable(proxyAuthenticator);
    }

    Optional<SSLContext> sslContext() {
        return Optional.ofNullable(sslContext);
    }
}
