package io.gapless.stream.seam;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;

/**
 * Classifies the exceptions of the JDK's client. The real cause lies up to three causes deep, and often only a message
 * shows it.
 */
final class Endings {
    private Endings() {}

    static Ending of(IOException failure, boolean answered) {
        List<Throwable> causes = causes(failure);
        Ending.Kind kind = kind(causes, answered);
        return new Ending(kind, sentence(kind) + words(causes));
    }

    static Ending.Kind of(NoTokenException why) {
        return switch (why.next()) {
            case SOON -> Ending.Kind.NO_TOKEN;
            case PARKED -> Ending.Kind.KEYS_PARKED;
            case NEVER -> Ending.Kind.KEYS_REFUSED;
        };
    }

    private static Ending.Kind kind(List<Throwable> causes, boolean answered) {
        if (has(causes, UnresolvedAddressException.class) || has(causes, java.net.UnknownHostException.class)) {
            return Ending.Kind.UNKNOWN_HOST;
        }
        if (hasMessage(causes, "tunnel failed") || hasMessage(causes, "proxy auth")) return Ending.Kind.PROXY;
        if (has(causes, ConnectException.class) || has(causes, HttpConnectTimeoutException.class)) {
            return Ending.Kind.NOT_CONNECTED;
        }
        if (hasMessage(causes, "reset") || hasMessage(causes, "broken pipe")) return Ending.Kind.RESET;
        if (has(causes, SSLException.class)) return Ending.Kind.TLS;
        if (answered) return Ending.Kind.CUT;
        if (has(causes, EOFException.class)
                || has(causes, ClosedChannelException.class)
                || hasMessage(causes, "received no bytes")) {
            return Ending.Kind.NO_ANSWER;
        }
        return has(causes, SocketException.class) ? Ending.Kind.NOT_CONNECTED : Ending.Kind.OTHER;
    }

    /** Returns what happened and what to check. The JDK's own messages differ between releases and may be missing. */
    private static String sentence(Ending.Kind kind) {
        return switch (kind) {
            case UNKNOWN_HOST -> "the host name has no address; check its spelling and the DNS";
            case NOT_CONNECTED -> "the TCP connection could not be opened; check host, port and firewall";
            case PROXY -> "the proxy refused the request";
            case TLS ->
                "the TLS connection could not be opened; check the certificate, or set sslContext for an authority of"
                        + " your own";
            case RESET -> "the other side reset the connection";
            case CUT -> "the connection was closed in the middle of the response";
            case NO_ANSWER -> "the connection was closed before an answer arrived";
            default -> "the request failed in the network";
        };
    }

    /** Returns the message of the innermost cause that has one, in parentheses. */
    private static String words(List<Throwable> causes) {
        String words = "";
        for (Throwable cause : causes) {
            String message = cause.getMessage();
            if (message != null && !message.isBlank()) words = message;
        }
        return words.isEmpty() ? "" : " (" + words + ")";
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable t = failure; t != null && !causes.contains(t); t = t.getCause()) causes.add(t);
        return causes;
    }

    private static boolean has(List<Throwable> causes, Class<? extends Throwable> type) {
        return causes.stream().anyMatch(type::isInstance);
    }

    private static boolean hasMessage(List<Throwable> causes, String words) {
        return causes.stream()
                .anyMatch(cause -> cause.getMessage() != null
                        && cause.getMessage().toLowerCase(Locale.ROOT).contains(words));
    }
}
