package io.gapless.cli;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Addresses of servers. One that cannot be used is not repeated, since it may hold a password. */
final class HttpUrlConverter implements ITypeConverter<URI> {
    @Override
    public URI convert(String text) {
        try {
            URI url = new URI(text.strip());
            boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            if (http && url.getHost() != null) return url;
        } catch (URISyntaxException e) {
            // Its message would repeat the text; the sentence below says all that is needed.
        }
        throw new TypeConversionException("give scheme, host and port, such as http://127.0.0.1:8080");
    }
}
