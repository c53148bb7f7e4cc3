package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.AnswerBody.Form;
import io.gapless.recovery.outbox.AnswerBody.Item;
import io.gapless.stream.seam.Head;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds the outcome of one try to send a batch.
 *
 * @param outcome what the answer means for the batch
 * @param words the answer in one line
 * @param retryAfter how long the endpoint asks not to be contacted; empty if it does not ask
 * @param items what the answer contains about single records
 * @param onlyNamedArrived whether a record has arrived only if the answer names it; otherwise a record that the answer
 *     does not name has arrived
 */
record Answer(
        Outcome outcome, String words, Optional<Duration> retryAfter, List<Item> items, boolean onlyNamedArrived) {
    /** Lists what an answer can mean for a batch. */
    enum Outcome {
        /** The batch has arrived. */
        ACKNOWLEDGED,
        /** Some records of the batch have arrived. */
        PARTLY,
        /** The batch may be accepted at another try. */
        TRY_AGAIN,
        /** The batch is too large, and must be sent in parts. */
        TOO_LARGE,
        /** The endpoint refuses the batch because of at least one of its records. */
        REFUSED,
        /** The endpoint refuses every batch, because of its address or the API key. No record is the cause. */
        UNWELCOME
    }

    private static final Set<Integer> TRANSIENT = Set.of(408, 425, 429);
    private static final Set<Integer> UNWELCOME = Set.of(401, 403, 404, 405, 407);
    private static final int TOO_LARGE = 413;
    private static final int MULTI_STATUS = 207;
    private static final Duration RETRY_AFTER_MAX = Duration.ofDays(1);
    private static final int SHORT_SECRET = 8;

    Answer(Outcome outcome, String words, Optional<Duration> retryAfter) {
        this(outcome, words, retryAfter, List.of(), false);
    }

    /**
     * Returns the answer that stands for a try without a complete response.
     *
     * @param why what failed, in words
     */
    public static Answer none(String why) {
        return new Answer(Outcome.TRY_AGAIN, Wording.oneLine(why), Optional.empty());
    }

    /**
     * Decides what a response means for the batch. A status other than 200 to 299 decides alone. For a status from 200
     * to 299, {@code rule} decides what the body must contain. If such a body reports a failure and names a {@code
     * code} from 400 to 499, that code is judged as if it were the status. If it reports a failure without such a code,
     * the batch is tried again.
     *
     * @param cut whether the body was longer than the part that was read
     */
    public static Answer of(Head head, byte[] bytes, boolean cut, Instant now, Acknowledgement rule) {
        int status = head.status();
        AnswerBody body = AnswerBody.read(head, bytes, cut);
        String words = words(status, body);
        if (status / 100 != 2) return new Answer(outcome(status), words, retryAfter(head, now));
        if (rule == Acknowledgement.STATUS && status != MULTI_STATUS)
            return new Answer(Outcome.ACKNOWLEDGED, words, Optional.empty());
        Outcome no = body.code() / 100 == 4 ? outcome(body.code()) : Outcome.TRY_AGAIN;
        if (body.form() == Form.MALFORMED || body.form() == Form.PAGE)
            return new Answer(Outcome.TRY_AGAIN, words, retryAfter(head, now));
        if (body.saysNo()) return new Answer(no, words, retryAfter(head, now));
        boolean someMayLack = status == MULTI_STATUS;
        if (body.namesFailures() || someMayLack)
            return new Answer(Outcome.PARTLY, words, retryAfter(head, now), body.items(), someMayLack);
        if (rule == Acknowledgement.STRICT && !body.saysYes())
            return new Answer(
                    Outcome.TRY_AGAIN, words + ", without the \"success\": true that is needed", retryAfter(head, now));
        return new Answer(Outcome.ACKNOWLEDGED, words, Optional.empty());
    }

    private static Outcome outcome(int status) {
        if (status / 100 == 2) return Outcome.ACKNOWLEDGED;
        if (status / 100 == 3 || UNWELCOME.contains(status)) return Outcome.UNWELCOME;
        if (status / 100 != 4 || TRANSIENT.contains(status)) return Outcome.TRY_AGAIN;
        return status == TOO_LARGE ? Outcome.TOO_LARGE : Outcome.REFUSED;
    }

    private static String words(int status, AnswerBody body) {
        StringBuilder words = new StringBuilder("HTTP ").append(status);
        if (body.form() == Form.MALFORMED)
            return words.append(" with malformed JSON").toString();
        if (!body.success().isEmpty()) words.append(", success: ").append(body.success());
        if (body.code() >= 400 && body.code() != status) words.append(", code ").append(body.code());
        if (!body.message().isEmpty()) words.append(", ").append(body.message());
        if (status / 100 == 2 && body.form() == Form.PAGE)
            words.append(", a web page, such as a login page, which acknowledges nothing");
        body.items().stream().filter(Item::failed).findFirst().ifPresent(item -> words.append(
                        ", errors of single records, such as ")
                .append(item.words().isEmpty() ? "status " + item.code() : item.words()));
        if (status / 100 == 3)
            words.append(", a redirect, which is not followed; set the address that it points to as the endpoint");
        // Remove a full stop at the end, since the events append one.
        return Wording.oneLine(words.toString()).replaceFirst("[.]$", "");
    }

    /** Returns whether a record that was refused with this status may be accepted at another try. */
    static boolean mayPass(int status) {
        return TRANSIENT.contains(status) || UNWELCOME.contains(status);
    }

    /**
     * Returns the wait in {@code Retry-After}, which is a number of seconds, or a date by the server's clock. Empty if
     * the header is missing, cannot be read, or lies in the past.
     */
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
     * Returns this answer with stars instead of the secret, in case the endpoint has repeated the secret. A short
     * secret is replaced only where it is a whole word. Inside other words the same letters occur by coincidence, and
     * stars there would reveal the secret.
     */
    Answer without(String secret) {
        if (secret.isBlank()) return this;
        String plain = Pattern.quote(secret);
        String found = secret.length() < SHORT_SECRET ? "(?<![\\p{L}\\p{N}_])" + plain + "(?![\\p{L}\\p{N}_])" : plain;
        List<Item> safe = items.stream()
                .map(item -> new Item(
                        item.requestId(),
                        item.serviceId(),
                        item.failed(),
                        item.code(),
                        item.words().replaceAll(found, "***")))
                .toList();
        return new Answer(outcome, words.replaceAll(found, "***"), retryAfter, safe, onlyNamedArrived);
    }
}
