package io.gapless.stream.api;

import io.gapless.stream.seam.Head;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An answer that is no success, with all that decides what it means: its status, who wrote it, what it names, what its
 * headers advise, and what X accepted before. {@link #meaning} is the one place that decides, for connects, rules,
 * searches, recovery jobs and tokens; everything else carries it out. Immutable.
 *
 * @param status the HTTP status
 * @param contentType the body's type as the header names it; empty if it names none
 * @param problem what the body says
 * @param withBackfill whether the request asked for a backfill, which it can do without
 * @param retryAfter how long the answer asks to wait, as far as that is believed
 * @param untilReset how long X's rate window still lasts by X's own clock
 * @param untilCapReset how long the cap that X names still holds
 * @param before what X accepted before
 */
public record Answer(
        int status,
        String contentType,
        Problem problem,
        boolean withBackfill,
        Optional<Duration> retryAfter,
        Optional<Duration> untilReset,
        Optional<Duration> untilCapReset,
        Before before) {
    /** Longer waits that an answer asks for are cut to this: X's window of 15 minutes, and a minute. */
    public static final Duration ADVICE_MAX = Duration.ofMinutes(16);

    /** X's own 401, unchanged for so long, is final. */
    static final Duration UNCHANGED = Duration.ofHours(24);

    private static final int WORDS_MAX = 200;

    /** What an answer means. */
    public enum Meaning {
        /** The request is asked once more without its backfill. */
        WITHOUT_BACKFILL,
        /** The token source is asked once more. */
        TOKEN,
        /** X holds no rule. */
        RULES,
        /** All connections that X allows are taken. */
        BUSY,
        /** X's rate, or that of a server in between, is used up. */
        RATE,
        /** X has trouble that passes: asked again on the ladder of HTTP errors. */
        LADDER,
        /** Credits, or a cap of spending or usage: parked until X names, or a person raises it. */
        SPENT,
        /** Not X's last word: parked, reported, and asked again after 1, 2, 5, then every 15 minutes. */
        PARK,
        /** X's last word: a person must change something. */
        FINAL
    }

    /**
     * What X accepted before, of what a request consists of.
     *
     * @param running whether this process had a stream
     * @param address whether X ever answered at this address and path
     * @param token whether X ever accepted this token at this address
     * @param query whether X ever accepted this request, its times apart
     * @param refusedFor for how long X has refused this token, without accepting it in between
     */
    public record Before(boolean running, boolean address, boolean token, boolean query, Duration refusedFor) {
        /** Nothing: the first request of a new configuration. */
        public static final Before NOTHING = new Before(false, false, false, false, Duration.ZERO);

        private boolean isNew() {
            return !running && !address;
        }
    }

    /**
     * Reads an answer.
     *
     * @param head status and headers
     * @param problem what the body says
     * @param withBackfill whether the request asked for a backfill
     * @param before what X accepted before
     * @param now this machine's time, for an answer without a date
     * @return the answer
     */
    public static Answer of(Head head, Problem problem, boolean withBackfill, Before before, Instant now) {
        Instant then = head.date().orElse(now);
        return new Answer(
                head.status(),
                head.header("content-type").orElse(""),
                problem,
                withBackfill,
                head.retryAfter(now).map(Answer::believed),
                head.rateLimitReset().map(reset -> Duration.between(then, reset)),
                problem.resetsAt().map(reset -> Duration.between(then, reset)),
                before);
    }

    private static Duration believed(Duration advice) {
        return advice.compareTo(ADVICE_MAX) > 0 ? ADVICE_MAX : advice;
    }

    /**
     * Decides.
     *
     * @param tokenAskedAgain whether the token source was already asked once more
     * @return what to do about it
     */
    public Meaning meaning(boolean tokenAskedAgain) {
        if (isSpent()) return Meaning.SPENT;
        if (status == 409) return Meaning.RULES;
        if (status == 420 || status == 429) return isBusy() ? Meaning.BUSY : Meaning.RATE;
        if (status / 100 == 5 || status == 408 || status == 425) return Meaning.LADDER;
        if (problem.isNamed("ProvisioningSubscription")) return Meaning.LADDER;
        if (withBackfill && mayBeTheBackfill()) return Meaning.WITHOUT_BACKFILL;
        if (status == 401 && !tokenAskedAgain) return Meaning.TOKEN;
        return isFinal() ? Meaning.FINAL : Meaning.PARK;
    }

    private boolean mayBeTheBackfill() {
        return status == 400 || status == 403 || status == 404 || status == 422;
    }

    /** Only X itself has a last word, and only where it has accepted nothing like it. */
    private boolean isFinal() {
        if (before.isNew() && isWrongAddressOrToken()) return true;
        if (!isByX()) return false;
        if (before.refusedFor.compareTo(UNCHANGED) >= 0) return true;
        return switch (status) {
            case 401, 403 -> isNewToken();
            case 404, 405, 410 -> before.isNew();
            default -> !before.query;
        };
    }

    private boolean isNewToken() {
        return !before.running && !before.token;
    }

    private boolean isWrongAddressOrToken() {
        return status == 401 || status == 404 || status / 100 == 3;
    }

    /**
     * Whether X wrote it: as a problem of its own, and not as a page, an empty body, or JSON of another kind.
     *
     * @return false for whatever stands between X and this machine
     */
    public boolean isByX() {
        return problem.isOfX();
    }

    /**
     * Whether all connections that X allows are taken.
     *
     * @return true for X's {@code TooManyConnections}
     */
    public boolean isBusy() {
        return problem.isNamed("TooManyConnections");
    }

    /** Whatever its status: 402, 403 or 429. */
    private boolean isSpent() {
        return status == 402 || problem.isCap();
    }

    /**
     * The answer in one line for people.
     *
     * @return status, content type unless X wrote it, and what it says
     */
    public String describe() {
        if (isByX()) return "HTTP " + status + ", " + problem.describe();
        String type = contentType.isBlank() ? "" : " (" + cut(contentType, 60) + ")";
        return "HTTP " + status + type + ", " + cut(problem.describe(), WORDS_MAX);
    }

    private static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max) + "…";
    }
}
