package io.gapless.cli;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Selects the proxy that the environment names. {@code HTTPS_PROXY} or {@code https_proxy} holds {@code host:port} or
 * {@code http://user:password@host:port}. {@code NO_PROXY} or {@code no_proxy} lists the hosts that are reached without
 * the proxy, each with its subdomains; {@code *} stands for all hosts. This machine is always reached without the
 * proxy. Immutable. The password is never printed.
 */
final class EnvironmentProxy extends ProxySelector {
    private final String host;
    private final int port;
    private final String userInfo;
    private final List<String> direct;

    private EnvironmentProxy(String host, int port, String userInfo, List<String> direct) {
        this.host = host;
        this.port = port;
        this.userInfo = userInfo;
        this.direct = direct;
    }

    /**
     * Reads the proxy from the environment.
     *
     * @return the proxy; empty if the environment does not name one
     * @throws CliException if the value does not name a proxy that can be used
     */
    static Optional<EnvironmentProxy> from(Map<String, String> environment) {
        String proxy = either(environment, "https_proxy", "HTTPS_PROXY");
        if (proxy.isEmpty()) return Optional.empty();
        List<String> direct = Arrays.stream(
                        either(environment, "no_proxy", "NO_PROXY").split("[,\\s]+"))
                .map(name -> name.toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", ""))
                .filter(name -> !name.isEmpty())
                .toList();
        URI address = address(proxy);
        String userInfo = address.getRawUserInfo() == null ? "" : address.getRawUserInfo();
        return Optional.of(new EnvironmentProxy(
                unbracketed(address.getHost()), address.getPort() < 0 ? 80 : address.getPort(), userInfo, direct));
    }

    private static String either(Map<String, String> environment, String lowerCase, String upperCase) {
        String value = environment.getOrDefault(lowerCase, "").strip();
        return value.isEmpty() ? environment.getOrDefault(upperCase, "").strip() : value;
    }

    private static URI address(String proxy) {
        try {
            URI address = new URI(proxy.contains("://") ? proxy : "http://" + proxy);
            if ("http".equalsIgnoreCase(address.getScheme())
                    && address.getHost() != null
                    && address.getPort() <= 65_535) return address;
        } catch (URISyntaxException e) {
            // The exception's message would repeat the password, so the sentence below takes its place.
        }
        throw CliException.usage("HTTPS_PROXY does not name a proxy that can be used. Write host:port or"
                + " http://user:password@host:port, with special characters of the password as %XX. The proxy is spoken to"
                + " in plain http; https and socks are not supported.");
    }

    @Override
    public List<Proxy> select(URI uri) {
        return List.of(reachedDirectly(uri) ? Proxy.NO_PROXY : new Proxy(Proxy.Type.HTTP, address()));
    }

    /** Returns the proxy's address with an unresolved host name, so that each connect resolves the name again. */
    private InetSocketAddress address() {
        return InetSocketAddress.createUnresolved(host, port);
    }

    boolean reachedDirectly(URI uri) {
        String target = unbracketed(uri.getHost()).toLowerCase(Locale.ROOT);
        if (target.equals("localhost") || target.equals("::1") || target.matches("127(\\.\\d{1,3}){3}")) return true;
        int targetPort = uri.getPort() < 0 ? 443 : uri.getPort();
        return direct.stream().anyMatch(name -> matches(name, target, targetPort));
    }

    private static boolean matches(String name, String target, int targetPort) {
        if (name.equals("*")) return true;
        String portSuffix = ":" + targetPort;
        String bare = name.endsWith(portSuffix) ? name.substring(0, name.length() - portSuffix.length()) : name;
        return target.equals(unbracketed(bare)) || target.endsWith("." + bare);
    }

    private static String unbracketed(String name) {
        return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // Nothing is done here: the caller of the connect already reports its failure.
    }

    /** Returns an authenticator that sends the password to this proxy only; empty if there is no password. */
    Optional<Authenticator> authenticator() {
        if (userInfo.isEmpty()) return Optional.empty();
        String[] parts = userInfo.split(":", 2);
        String user = decoded(parts[0]);
        char[] password = decoded(parts.length > 1 ? parts[1] : "").toCharArray();
        return Optional.of(new Authenticator() {
            @Override
            protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                boolean ours = getRequestorType() == RequestorType.PROXY
                        && host.equalsIgnoreCase(getRequestingHost())
                        && port == getRequestingPort();
                return ours ? new PasswordAuthentication(user, password) : null;
            }
        });
    }

    private static String decoded(String part) {
        // In the user information of a URL, a plus sign stands for itself. The decoder would turn it into a space, as
        // in a form.
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Returns the proxy's host and port, and whether there is a password, but not the password itself. */
    @Override
    public String toString() {
        return host + ":" + port + (userInfo.isEmpty() ? "" : " with a password");
    }
}
