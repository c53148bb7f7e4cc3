package io.gapless.stream.seam;

import java.net.Authenticator;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/**
 * Holds the network settings: proxy, certificates and timeouts. Immutable.
 *
 * <p>A proxy with a password needs two things: the {@code proxyAuthenticator}, and the system property {@code
 * jdk.http.auth.tunneling.disabledSchemes} set to the empty string, because the JDK refuses Basic authentication for
 * tunnels by default.
 */
public final class Wire {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final WireSettings settings;

    private Wire(WireSettings settings) {
        this.settings = settings;
    }

    /**
     * Returns the default settings: those of the JDK, and 10 s to open a TCP connection.
     *
     * @return the default settings
     */
    public static Wire standard() {
        return new Wire(new WireSettings(CONNECT_TIMEOUT, null, null, null));
    }

    /**
     * Returns a copy that uses a proxy.
     *
     * @param selector chooses the proxy for each address
     * @return the copy
     */
    public Wire withProxy(ProxySelector selector) {
        return new Wire(settings.withProxy(selector));
    }

    /**
     * Returns a copy with a password for the proxy. Each request carries the password without waiting for the proxy to
     * ask, and only to the proxy.
     *
     * @param authenticator supplies the password; called for each exchange, on a thread that may block
     * @return the copy
     */
    public Wire withProxyAuthenticator(Authenticator authenticator) {
        return new Wire(settings.withProxyAuthenticator(authenticator));
    }

    /**
     * Returns a copy that trusts other certificates than the JDK does, such as those of a company's own authority.
     *
     * @param context the TLS context
     * @return the copy
     */
    public Wire withSslContext(SSLContext context) {
        return new Wire(settings.withSslContext(context));
    }

    /**
     * Returns whether others can read what is sent to an address. They can for plain http, unless the address is on
     * this machine. A name other than {@code localhost} counts as another machine, since it may point elsewhere by the
     * time of the connect.
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
     * Opens a transport with these settings, by the clock of this machine.
     *
     * @return a transport on {@code java.net.http}; the caller closes it
     */
    public Transport open() {
        return open(SystemTime.INSTANCE);
    }

    /**
     * Opens a transport with these settings.
     *
     * @param time the clocks whose time the receivers get; use the clocks that the receivers use
     * @return a transport on {@code java.net.http}; the caller closes it
     */
    public Transport open(Time time) {
        return new JdkTransport(settings, time);
    }

    WireSettings settings() {
        return settings;
    }
}
