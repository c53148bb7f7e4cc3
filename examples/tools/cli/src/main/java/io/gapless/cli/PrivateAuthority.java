package io.gapless.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Creates a TLS context that trusts the certificates of a file instead of Java's own list. */
final class PrivateAuthority {
    private PrivateAuthority() {}

    /**
     * Reads the certificates.
     *
     * @throws CliException if the file holds no certificates
     */
    static SSLContext trusting(Path pemFile) {
        if (Files.isDirectory(pemFile)) throw unusable(pemFile, "it is a directory", null);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(pemFile))) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) throw unusable(pemFile, "it holds no certificate", null);
            return trusting(certificates);
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(pemFile, e.toString(), e);
        }
    }

    private static SSLContext trusting(Collection<? extends Certificate> certificates)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        int count = 0;
        for (Certificate certificate : certificates) trusted.setCertificateEntry("ca-" + count++, certificate);
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private static CliException unusable(Path pemFile, String why, @Nullable Throwable cause) {
        String message = "--ca-file: " + Text.line(pemFile + " cannot be used: " + why)
                + ". Name a file with certificates in PEM form.";
        return cause == null ? CliException.usage(message) : new CliException(ExitCode.USAGE, message, cause);
    }
}
