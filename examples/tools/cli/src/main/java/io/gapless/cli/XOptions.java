package io.gapless.cli;

import io.gapless.recovery.outbox.Sender;
import io.gapless.stream.StreamBuilder;
import io.gapless.stream.api.XApi;
import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Wire;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Holds the options of every command that calls X: the address, the credentials and the connection. */
final class XOptions {
    /** The help about the token, for each command that needs one. */
    static final String TOKEN_HELP = "The token comes from X_BEARER_TOKEN or --token-file, or is fetched with X_API_KEY"
            + " and X_API_SECRET. It is never taken from an argument. HTTPS_PROXY and NO_PROXY are honoured.";

    /**
     * The name of a system property. Java sends a password to a proxy for HTTPS only if this property is set to an
     * empty value. Java reads the property once, at the first connect.
     */
    private static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

    private final Shell shell;

    @Option(
            names = "--base-url",
            paramLabel = "URL",
            defaultValue = "https://api.x.com",
            description = "The address of X, or of an emulator (default: ${DEFAULT-VALUE}).")
    private URI baseUrl = XApi.X;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file that holds the app-only bearer token. It is read again for each connect.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca-file",
            paramLabel = "PEM",
            description = "A file of certificates to trust instead of Java's own, for a private authority.")
    private @Nullable Path caFile;

    XOptions(Shell shell) {
        this.shell = shell;
    }

    URI baseUrl() {
        return baseUrl;
    }

    Credentials credentials() {
        return Credentials.find(tokenFile, shell.environment());
    }

    Optional<EnvironmentProxy> proxy() {
        return EnvironmentProxy.from(shell.environment());
    }

    private Optional<SSLContext> trust() {
        return Optional.ofNullable(caFile).map(PrivateAuthority::trusting);
    }

    /** Applies these options to the builder of a stream. The command sets the other settings of the stream. */
    <B extends StreamBuilder<B>> B applyTo(B stream) {
        stream.baseUrl(baseUrl);
        credentials().applyTo(stream);
        trust().ifPresent(stream::sslContext);
        proxy().ifPresent(proxy -> {
            stream.proxy(proxy);
            proxy.authenticator().ifPresent(authenticator -> {
                allowProxyPasswords();
                stream.proxyAuthenticator(authenticator);
            });
        });
        return stream;
    }

    /** Opens a transport with these options. The caller closes it. */
    Transport transport() {
        Optional<SSLContext> trust = trust();
        Wire wire = wireByProxy();
        return (trust.isPresent() ? wire.withSslContext(trust.get()) : wire).open();
    }

    /** Lets a sender reach its endpoint through the proxy that the environment names. */
    void setProxy(Sender.Builder sender) {
        proxy().ifPresent(proxy -> {
            sender.proxy(proxy);
            proxy.authenticator().ifPresent(authenticator -> {
                allowProxyPasswords();
                sender.proxyAuthenticator(authenticator);
            });
        });
    }

    private Wire wireByProxy() {
        Wire wire = Wire.standard();
        Optional<EnvironmentProxy> proxy = proxy();
        if (proxy.isEmpty()) return wire;
        wire = wire.withProxy(proxy.get());
        if (proxy.get().authenticator().isEmpty()) return wire;
        allowProxyPasswords();
        return wire.withProxyAuthenticator(proxy.get().authenticator().get());
    }

    /**
     * Returns a client of X's API that uses these options.
     *
     * @param transport a transport from {@link #transport}
     */
    XApi api(Transport transport) {
        return BuilderSettings.checked(() -> new XApi(
                baseUrl,
                credentials().tokens(baseUrl, transport),
                transport,
                Seams.system().time()));
    }

    private static void allowProxyPasswords() {
        if (System.getProperty(DISABLED_SCHEMES) == null) System.setProperty(DISABLED_SCHEMES, "");
    }
}
