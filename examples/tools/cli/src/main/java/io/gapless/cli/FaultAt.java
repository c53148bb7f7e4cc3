package io.gapless.cli;

import io.gapless.emulator.Misbehaviour;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Pairs a fault of the emulator with the time at which it is injected. The command line writes {@code RESET@10s} or
 * {@code RESET}.
 *
 * @param kind the fault
 * @param after the time from the emulator's start to the fault
 */
record FaultAt(Misbehaviour kind, Duration after) {
    /** Returns the names of all faults. */
    static String kinds() {
        return Arrays.stream(Misbehaviour.values()).map(Enum::name).collect(Collectors.joining(", "));
    }

    static Misbehaviour kind(String word) {
        String name = word.strip().toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(Misbehaviour.values())
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new TypeConversionException("'" + word + "' is not a fault; the faults are " + kinds()));
    }

    static final class Converter implements ITypeConverter<FaultAt> {
        @Override
        public FaultAt convert(String text) {
            int at = text.indexOf('@');
            return at < 0
                    ? new FaultAt(kind(text), Duration.ZERO)
                    : new FaultAt(kind(text.substring(0, at)), new DurationConverter().convert(text.substring(at + 1)));
        }
    }

    static final class KindConverter implements ITypeConverter<Misbehaviour> {
        @Override
        public Misbehaviour convert(String text) {
            return kind(text);
        }
    }
}
