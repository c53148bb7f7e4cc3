package io.gapless.emulator;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the timestamps in requests: RFC 3339 in UTC, to the second. Pure. */
final class Timestamps {
    private static final Pattern FORMAT = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z");

    private Timestamps() {}

    /** Returns the time, truncated to the second, or empty if the text is not a timestamp. */
    static Optional<Instant> parse(String text) {
        if (!FORMAT.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.ofEpochSecond(Instant.parse(text).getEpochSecond()));
        } catch (DateTimeParseException noSuchDay) {
            return Optional.empty();
        }
    }

    static Answer refusal(String parameter, String value) {
        return Answer.invalid(
                parameter,
                value,
                "The `" + parameter + "` query parameter value [" + value
                        + "] is not a valid RFC3339 date-time: YYYY-MM-DDTHH:mm:ssZ");
    }
}
