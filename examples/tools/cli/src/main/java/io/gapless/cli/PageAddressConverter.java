package io.gapless.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts where a page listens: 8090 on this machine only, or an address before it, such as 0.0.0.0:8090. */
final class PageAddressConverter implements ITypeConverter<InetSocketAddress> {
    private static final int PORT_MAX = 65_535;

    @Override
    public InetSocketAddress convert(String text) {
        int colon = text.lastIndexOf(':');
        String address = colon < 0 ? "" : text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
        return new InetSocketAddress(
                address.isEmpty() ? InetAddress.getLoopbackAddress() : address(text, address),
                port(text, text.substring(colon + 1)));
    }

    private static int port(String text, String digits) {
        if (digits.matches("\\d{1,5}") && Integer.parseInt(digits) <= PORT_MAX) return Integer.parseInt(digits);
        throw refusal(text);
    }

    private static InetAddress address(String text, String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw refusal(text);
        }
    }

    private static TypeConversionException refusal(String text) {
        return new TypeConversionException(
                "'" + text + "' is not a port; write 8090, or 0.0.0.0:8090 for other machines");
    }
}
