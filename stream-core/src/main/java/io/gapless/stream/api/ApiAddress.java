package io.gapless.stream.api;

import io.gapless.stream.seam.Wire;
import java.net.URI;

/** Checks base addresses of X's API, and holds the User-Agent header of all requests. */
final class ApiAddress {
    static final String USER_AGENT =
            "gapless/" + version() + " Java/" + Runtime.version().feature();

    private static final String ONLY_HOST = "Give scheme, host and port only, such as https://api.x.com.";

    private ApiAddress() {}

    /** Returns the given address if requests with a token may be sent there. Throws otherwise. */
    static URI checked(URI base) {
        // The message must not repeat the address, which contains a password.
        if (base.getRawUserInfo() != null)
            throw new IllegalArgumentException("baseUrl: the address contains a password. " + ONLY_HOST);
        String scheme = base.getScheme();
        String path = base.getRawPath();
        boolean whole = ("https".equals(scheme) || "http".equals(scheme)) && base.getHost() != null;
        boolean more = path != null && path.length() > 1 || base.getRawQuery() != null || base.getRawFragment() != null;
        if (!whole || more || base.getPort() > 65_535) {
            throw new IllegalArgumentException("baseUrl: '" + base + "' cannot be used. " + ONLY_HOST);
        }
        if (Wire.isInClear(base)) {
            throw new IllegalArgumentException("baseUrl: '" + base
                    + "' would send the token over the network unencrypted. Use https, or an address of this machine.");
        }
        return base;
    }

    private static String version() {
        String version = ApiAddress.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
