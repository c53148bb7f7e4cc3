package io.gapless.cli;

import io.gapless.stream.post.Endpoint;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the names of X's streams. A partition follows a colon: {@code sample10:1}. */
final class EndpointConverter implements ITypeConverter<Endpoint> {
    private static final Map<String, Endpoint> NAMES = new TreeMap<>(Map.of(
            "filtered", Endpoint.FILTERED_STREAM,
            "sample", Endpoint.SAMPLE_STREAM,
            "sample10", Endpoint.SAMPLE10_STREAM,
            "firehose", Endpoint.FIREHOSE_STREAM,
            "firehose-en", Endpoint.FIREHOSE_EN,
            "firehose-ja", Endpoint.FIREHOSE_JA,
            "firehose-ko", Endpoint.FIREHOSE_KO,
            "firehose-pt", Endpoint.FIREHOSE_PT));

    @Override
    public Endpoint convert(String text) {
        int colon = text.indexOf(':');
        Endpoint named = NAMES.get(colon < 0 ? text : text.substring(0, colon));
        if (named == null) {
            throw new TypeConversionException("'" + text + "' is not one of " + String.join(", ", NAMES.keySet()));
        }
        if (colon < 0 && named.partitions() > 0) {
            throw new TypeConversionException("'" + text + "' has " + named.partitions()
                    + " partitions; name one, such as " + text + ":1, and read each with a process of its own");
        }
        return colon < 0 ? named : partition(named, text, text.substring(colon + 1));
    }

    /** Returns the name that {@link #convert} turns into this stream. */
    static String name(Endpoint endpoint) {
        for (Map.Entry<String, Endpoint> named : NAMES.entrySet()) {
            if (named.getValue().equals(endpoint)) return named.getKey();
            for (int number = 1; number <= named.getValue().partitions(); number++) {
                if (named.getValue().partition(number).equals(endpoint)) return named.getKey() + ":" + number;
            }
        }
        throw new AssertionError("The command line has no name for " + endpoint.id());
    }

    private static Endpoint partition(Endpoint whole, String text, String number) {
        if (!number.matches("[0-9]{1,4}")) {
            throw new TypeConversionException("'" + text + "' has no number of a partition behind its colon");
        }
        try {
            return whole.partition(Integer.parseInt(number));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + text + "': " + e.getMessage());
        }
    }
}
