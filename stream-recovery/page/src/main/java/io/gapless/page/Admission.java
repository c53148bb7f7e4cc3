package io.gapless.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request may be answered: the host that it names must be this machine, and the password must be right.
 * A web site whose name suddenly leads to this machine (DNS rebinding) sends its own name as host, and is refused.
 * Immutable. Keeps the password as a hash only.
 */
final class Admission {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-fA-F:.]+]");
    private static final String BASIC = "Basic ";
    /** A longer header holds no password that was set. */
    private static final int HEADER_MAX = 1_000;

    private final List<String> hosts;
    private final Optional<byte[]> hash;

    Admission(List<String> hosts, Optional<String> password) {
        this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
        this.hash = password.map(Admission::hash);
    }

    /**
     * Returns whether a request names this machine.
     *
     * @param header the header {@code Host}; null if there is none
     */
    boolean isOurs(@Nullable String header) {
        if (header == null) return false;
        String host = withoutPort(header.strip()).toLowerCase(Locale.ROOT);
        return host.equals("localhost")
                || IPV4.matcher(host).matches()
                || IPV6.matcher(host).matches()
                || hosts.contains(host);
    }

    private static String withoutPort(String header) {
        int colon = header.lastIndexOf(':');
        return colon > header.lastIndexOf(']') && colon >= 0 ? header.substring(0, colon) : header;
    }

    /**
     * Returns whether a request has the password, or needs none. Takes as long for a wrong password as for the right one.
     *
     * @param header the header {@code Authorization}; null if there is none
     */
    boolean isAllowed(@Nullable String header) {
        if (hash.isEmpty()) return true;
        if (header == null || header.length() > HEADER_MAX || !header.startsWith(BASIC)) return false;
        byte[] given;
        try {
            given = Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
        } catch (IllegalArgumentException e) {
            return false;
        }
        String pair = new String(given, StandardCharsets.UTF_8);
        return MessageDigest.isEqual(hash(pair.substring(pair.indexOf(':') + 1)), hash.get());
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("each JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Admission[hosts=" + hosts + ", password=" + (hash.isPresent() ? "***" : "none") + "]";
    }
}
