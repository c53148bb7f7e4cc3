package io.gapless.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Moments in ISO 8601, with their distance from UTC: 2026-03-01T12:00:00Z, 2026-03-01T13:00:00+01:00. */
final class InstantConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException("'" + text
                    + "' is no moment; write date, time and distance from UTC: 2026-03-01T12:00:00Z or"
                    + " 2026-03-01T13:00:00+01:00");
        }
    }
}
