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
 * Holds the head of a response: its status and headers.
 * @param status the HTTP status, 100 to 599
 * @param headers the first value of each header, by name; the case of names does not matter
 */
public record Head(int status, Map<String, String> headers) {
    /**
     * Copies the headers, so that the case of names does not matter.
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
     * Creates a head from headers that may have several values each. Only the first value is kept.
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
     * Returns one header.
     *
     * @param name the name; its case does not matter
     * @return the value; empty if the header is missing
     */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /**
     * Returns the server's time when it answered, from the {@code Date} header.
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
     * Returns when X's rate window ends, from {@code x-rate-limit-reset}.
     *
     * @return the moment by X's clock, or empty if the header is missing or unreadable
     */
    public Optional<Instant> rateLimitReset() {
        return header("x-rate-limit-reset").flatMap(Head::readSeconds);
    }

    /**
     * Returns how many calls X still accepts in its rate window, from {@code x-rate-limit-remaining}.
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
     * Returns how long the server asks to wait, from {@code Retry-After}: seconds, or a date, from which the answer's
     * own date is subtracted.
     *
     * @param now this machine's time, for an answer without a date
     * @return the wait, more than zero; empty if the header is missing, unreadable or in the past
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
     * Returns whether the status is 200, 203 or 206. Servers in between can turn a 200 into a 203 or 206.
     *
     * @return true for 200, 203 and 206
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
