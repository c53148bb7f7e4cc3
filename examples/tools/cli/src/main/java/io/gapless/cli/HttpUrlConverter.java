package io.gapless.cli;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the address of a server. An error message never repeats the address, since it may contain a password. */
final class HttpUrlConverter implements ITypeConverter<URI> {
    @Override
    public URI convert(String text) {
        try {
            URI url = new URI(text.strip());
            boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            if (http && url.getHost() != null) return url;
        } catch (URISyntaxException e) {
            // The exception's message would repeat the address, so the sentence below takes its place.
        }
        throw new TypeConversionException("give scheme, host and port, such as http://127.0.0.1:8080");
    }
}
