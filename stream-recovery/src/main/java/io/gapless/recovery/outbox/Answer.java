package io.gapless.recovery.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.gapless.stream.seam.Head;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What came of one try.
 *
 * @param outcome what it means for the batch
 * @param words the answer in one line
 * @param retryAfter how long the endpoint wants to be left alone
 */
record Answer(Outcome outcome, String words, Optional<Duration> retryAfter) {
    /** What an answer means for a batch. */
    enum Outcome {
        /** It has arrived. */
        ACKNOWLEDGED,
        /** It may arrive at another try. */
        TRY_AGAIN,
        /** It is to be sent in parts. */
        TOO_LARGE,
        /** There is something in it that the endpoint will not have. */
        REFUSED,
        /** The endpoint takes nothing from us at this address, with this key; no record is to blame. */
        UNWELCOME
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<Integer> TRANSIENT = Set.of(408, 425, 429);
    private static final Set<Integer> UNWELCOME = Set.of(401, 403, 404, 405, 407);
    private static final int TOO_LARGE = 413;
    private static final Duration RETRY_AFTER_MAX = Duration.ofDays(1);
    private static final int WORDS_MAX = 300;
    private static final int SHORT_SECRET = 8;

    /** No whole answer came. */
    static Answer none(String why) {
        return new Answer(Outcome.TRY_AGAIN, oneLine(why), Optional.empty());
    }

    /**
     * Reads an answer. A body that says {@code success: false} is a refusal with the status that it names as {@code
     * code}, or one that may pass; a body that begins as JSON and is none acknowledges nothing.
     */
    static Answer of(Head head, byte[] body, Instant now) {
        int status = head.status();
        JsonNode json;
        try {
            json = looksLikeJson(body) ? JSON.readTree(body) : MissingNode.getInstance();
        } catch (JsonProcessingException e) {
            String words = "HTTP " + status + " with malformed JSON";
            return status / 100 == 2 ? none(words) : new Answer(outcome(status), words, retryAfter(head, now));
        } catch (IOException e) {
            throw new AssertionError("an array of bytes can be read", e);
        }
        String words = words(status, json);
        if (status / 100 == 2 && !json.path("success").asBoolean(true)) {
            int code = json.path("code").asInt();
            return new Answer(code / 100 == 4 ? outcome(code) : Outcome.TRY_AGAIN, words, retryAfter(head, now));
        }
        return new Answer(outcome(status), words, retryAfter(head, now));
    }

    private static boolean looksLikeJson(byte[] body) {
        for (byte one : body) {
            if (one > ' ') return one == '{' || one == '[';
        }
        return false;
    }

    private static Outcome outcome(int status) {
        if (status / 100 == 2) return Outcome.ACKNOWLEDGED;
        if (status / 100 == 3 || UNWELCOME.contains(status)) return Outcome.UNWELCOME;
        if (status / 100 != 4 || TRANSIENT.contains(status)) return Outcome.TRY_AGAIN;
        return status == TOO_LARGE ? Outcome.TOO_LARGE : Outcome.REFUSED;
    }

    private static String words(int status, JsonNode json) {
        StringBuilder words = new StringBuilder("HTTP ").append(status);
        if (json.has("success"))
            words.append(", success: ").append(json.get("success").asText());
        String message = json.path("message").asText("");
        if (!message.isEmpty()) words.append(", ").append(message);
        if (status / 100 == 3)
            words.append(", a redirect, which is not followed; set the address that it points to as the endpoint");
        // The events end the sentence.
        return oneLine(words.toString()).replaceFirst("[.]$", "");
    }

    /** Seconds, or a date by the server's clock. */
    private static Optional<Duration> retryAfter(Head head, Instant now) {
        return head.header("retry-after")
                .flatMap(text -> length(text.strip(), head.date().orElse(now)));
    }

    private static Optional<Duration> length(String text, Instant serverNow) {
        try {
            Duration length = text.matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(
                            serverNow,
                            ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
            if (length.isNegative()) return Optional.empty();
            return Optional.of(length.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : length);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * The same with a secret blotted out, should the endpoint have repeated it. A short one is blotted out only where
     * it stands by itself: inside words it would be a coincidence, and stars there would tell it.
     */
    Answer without(String secret) {
        if (secret.isBlank()) return this;
        String plain = Pattern.quote(secret);
        String found = secret.length() < SHORT_SECRET ? "(?<![\\p{L}\\p{N}_])" + plain + "(?![\\p{L}\\p{N}_])" : plain;
        return new Answer(outcome, words.replaceAll(found, "***"), retryAfter);
    }

    /** Words of others may be long and have many lines. */
    static String oneLine(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= WORDS_MAX ? line : line.substring(0, WORDS_MAX) + "…";
    }
}
