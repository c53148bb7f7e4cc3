package io.gapless.emulator;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * Creates a certificate for one emulator, and the TLS settings with which a client trusts the certificate. Immutable.
 */
final class Certificate {
    private final HandshakeCertificates server;
    private final HandshakeCertificates client;

    Certificate() {
        HeldCertificate held = new HeldCertificate.Builder()
                .commonName("X emulator")
                .addSubjectAlternativeName("127.0.0.1")
                .addSubjectAlternativeName("localhost")
                .build();
        this.server = new HandshakeCertificates.Builder().heldCertificate(held).build();
        this.client = new HandshakeCertificates.Builder()
                .addTrustedCertificate(held.certificate())
                .build();
    }

    SSLSocketFactory serverSockets() {
        return server.sslSocketFactory();
    }

    SSLContext clientContext() {
        return client.sslContext();
    }
}
