package io.gapless.emulator;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the moments in requests: RFC 3339 in UTC, to the second. Pure. */
final class Windows {
    private static final Pattern MOMENT = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z");

    private Windows() {}

    /** The moment, cut to the second; empty if it is none. */
    static Optional<Instant> moment(String text) {
        if (!MOMENT.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.ofEpochSecond(Instant.parse(text).getEpochSecond()));
        } catch (DateTimeParseException noSuchDay) {
            return Optional.empty();
        }
    }

    static Answer notAMoment(String parameter, String value) {
        return Answer.invalid(
                parameter,
                value,
                "The `" + parameter + "` query parameter value [" + value
                        + "] is not a valid RFC3339 date-time: YYYY-MM-DDTHH:mm:ssZ");
    }
}
