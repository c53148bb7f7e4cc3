package io.gapless.stream.seam;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The head of a response.
 *
 * @param status the HTTP status, 100 to 599
 * @param headers the first value of each header, by name in any case
 */
public record Head(int status, Map<String, String> headers) {
    /**
     * Keeps a copy whose names are found in any case.
     *
     * @param status the HTTP status
     * @param headers the headers
     */
    public Head {
        TreeMap<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        anyCase.putAll(headers);
        headers = Collections.unmodifiableMap(anyCase);
    }

    /**
     * A head from headers of many values, of which the first counts.
     *
     * @param status the HTTP status
     * @param headers all values by name
     * @return the head
     */
    public static Head of(int status, Map<String, List<String>> headers) {
        Map<String, String> first = new TreeMap<>();
        headers.forEach((name, values) -> {
            if (!values.isEmpty()) first.put(name, values.get(0));
        });
        return new Head(status, first);
    }

    /**
     * One header.
     *
     * @param name its name in any case
     * @return its value, if it was sent
     */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /**
     * The server's clock when it answered, from the {@code Date} header.
     *
     * @return whole seconds, or empty if the header is missing or unreadable
     */
    public Optional<Instant> date() {
        return header("date").flatMap(Head::readDate);
    }

    private static Optional<Instant> readDate(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * When X's rate window ends, from {@code x-rate-limit-reset}.
     *
     * @return the moment by X's clock, or empty if the header is missing or unreadable
     */
    public Optional<Instant> rateLimitReset() {
        return header("x-rate-limit-reset").flatMap(Head::readSeconds);
    }

    /**
     * How many calls X still takes in its rate window, from {@code x-rate-limit-remaining}.
     *
     * @return the number, or empty if the header is missing or unreadable
     */
    public OptionalInt rateLimitRemaining() {
        Optional<String> text = header("x-rate-limit-remaining").map(String::strip);
        return text.filter(digits -> digits.matches("[0-9]{1,9}")).isPresent()
                ? OptionalInt.of(Integer.parseInt(text.get()))
                : OptionalInt.empty();
    }

    /**
     * How long the server asks to wait, from {@code Retry-After}: seconds, or a date, which is read against the answer's
     * own.
     *
     * @param now this machine's time, for an answer without a date
     * @return the wait, more than nothing; empty if the header is missing, unreadable or past
     */
    public Optional<Duration> retryAfter(Instant now) {
        return header("retry-after")
                .map(String::strip)
                .flatMap(text -> text.matches("[0-9]{1,9}")
                        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
                        : readDate(text).map(then -> Duration.between(date().orElse(now), then)))
                .filter(wait -> !wait.isNegative() && !wait.isZero());
    }

    /**
     * Whether this is the head of what was asked for: 200, or what a server in between makes of a 200 (203, 206).
     *
     * @return true for these
     */
    public boolean isWhatWasAskedFor() {
        return status == 200 || status == 203 || status == 206;
    }

    private static Optional<Instant> readSeconds(String text) {
        try {
            return Optional.of(Instant.ofEpochSecond(Long.parseLong(text.strip())));
        } catch (NumberFormatException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
