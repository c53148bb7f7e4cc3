package io.gapless.proof;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;

/** Reads a duration such as {@code 5s}. */
final class SecondsConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return Duration.parse("PT" + text);
    }
}
