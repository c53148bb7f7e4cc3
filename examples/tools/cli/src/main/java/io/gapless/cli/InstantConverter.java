package io.gapless.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts points in time: 2026-11-30T12:00:00Z, 2026-11-30T13:00:00+01:00, 2026-11-30, 2h, "2h ago" or now. A date
 * means its first instant, in UTC unless a zone is given.
 */
final class InstantConverter implements ITypeConverter<Instant> {
    /** The accepted forms, for the help of each option that takes a point in time. */
    static final String FORMS = "2026-11-30T12:00:00Z, 2026-11-30, 2h or \"2h ago\".";

    private static final String AGO = " ago";

    @Override
    public Instant convert(String text) {
        return parse(text, Instant.now(), ZoneOffset.UTC);
    }

    /**
     * Converts a text to a point in time.
     *
     * @param now the time from which "2h" and "2h ago" count back
     * @param zone the zone in which a date begins
     * @throws TypeConversionException if the text is not a point in time
     */
    static Instant parse(String text, Instant now, ZoneId zone) {
        String stripped = text.strip();
        if (stripped.equals("now")) return now;
        try {
            if (stripped.matches("\\d{4}-\\d{2}-\\d{2}"))
                return LocalDate.parse(stripped).atStartOfDay(zone).toInstant();
            if (stripped.contains("T")) return OffsetDateTime.parse(stripped).toInstant();
            return now.minus(ago(stripped));
        } catch (DateTimeException | TypeConversionException e) {
            throw new TypeConversionException("'" + text + "' is not a point in time; write 2026-11-30T12:00:00Z,"
                    + " 2026-11-30, 2h or \"2h ago\"");
        }
    }

    private static Duration ago(String text) {
        String length = text.endsWith(AGO) ? text.substring(0, text.length() - AGO.length()) : text;
        return new DurationConverter().convert(length.strip());
    }
}
