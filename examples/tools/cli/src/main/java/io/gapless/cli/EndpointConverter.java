package io.gapless.cli;

import io.gapless.stream.post.Endpoint;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the names of X's streams. A partition follows a colon: {@code sample10:1}. */
final class EndpointConverter implements ITypeConverter<Endpoint> {
    @Override
    public Endpoint convert(String text) {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.named(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
        if (endpoint.partitions() > 0 && text.indexOf(':') < 0) {
            throw new TypeConversionException("'" + text + "' has " + endpoint.partitions()
                    + " partitions; name one, such as " + text + ":1, and read each with a process of its own");
        }
        return endpoint;
    }

    /** Returns the name that {@link #convert} turns into this stream. */
    static String name(Endpoint endpoint) {
        for (String name : Endpoint.names()) {
            Endpoint named = Endpoint.named(name);
            if (named.equals(endpoint)) return name;
            for (int number = 1; number <= named.partitions(); number++) {
                if (named.partition(number).equals(endpoint)) return name + ":" + number;
            }
        }
        throw new AssertionError("The command line has no name for " + endpoint.id());
    }
}
