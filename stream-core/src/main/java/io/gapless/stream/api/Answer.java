package io.gapless.stream.api;

import io.gapless.stream.post.Problem;
import io.gapless.stream.seam.Head;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Holds an answer that is not a success, with everything that decides what the answer means: its status, who wrote it,
 * what its body and headers contain, and what X accepted before. {@link #meaning} alone decides, for connects, rules,
 * searches, recovery jobs and tokens. Immutable.
 *
 * @param status the HTTP status
 * @param contentType the {@code Content-Type} header; empty if it is missing
 * @param problem the problem in the body
 * @param withBackfill whether the request asked for a backfill, which is optional
 * @param retryAfter how long the answer asks to wait, cut to {@link #ADVICE_MAX}
 * @param untilReset the time until X's rate window ends, by X's clock
 * @param untilCapReset the time until the reset of the cap that X names, by X's clock
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
    /**
     * The longest wait that an answer can ask for: X's rate window of 15 min, and 1 min more. Longer waits are cut to
     * this one.
     */
    public static final Duration ADVICE_MAX = Duration.ofMinutes(16);

    /** A refusal of a token, or of a key and secret, is final once X itself has refused it for this long. */
    static final Duration UNCHANGED = Duration.ofHours(24);

    private static final int WORDS_MAX = 200;

    /** Classifies answers by what to do next. */
    public enum Meaning {
        /** The refusal may concern the backfill, so the request is sent again without it. */
        WITHOUT_BACKFILL,
        /** X refuses the token, so the token source is asked for another one. */
        TOKEN,
        /** X has no rule for this app. */
        RULES,
        /** All connections that X allows are taken. */
        BUSY,
        /** The rate limit of X, or of a server in between, is reached. */
        RATE,
        /** X has temporary trouble: the request is retried by the back-off ladder of HTTP errors. */
        LADDER,
        /**
         * No credits are left, or a cap of spending or usage is reached: the request is parked until the reset that X
         * names.
         */
        SPENT,
        /**
         * A refusal that may end: the request is parked, reported, and retried after 1, 2 and 5 min, then every 15 min.
         */
        PARK,
        /** A final refusal by X: a person must change something. */
        FINAL
    }

    /**
     * Holds which parts of a request X accepted before.
     * @param running whether X has accepted a stream of this process, or has accepted a token of this process before
     * @param address whether X has ever answered at this address and path
     * @param token whether X has ever accepted this token at this address
     * @param query whether X has ever accepted this request, apart from its times
     * @param refusedFor for how long X has refused this token without accepting it in between
     */
    public record Before(boolean running, boolean address, boolean token, boolean query, Duration refusedFor) {
        /** X has accepted nothing: the state at the first request of a new configuration. */
        public static final Before NOTHING = new Before(false, false, false, false, Duration.ZERO);

        private boolean isNew() {
            return !running && !address;
        }
    }

    /**
     * Returns the answer for a response.
     *
     * @param head status and headers
     * @param problem the problem in the body
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
     * Decides what the answer means.
     *
     * @param tokenAskedAgain whether the token source has been asked for another token already
     * @return the meaning
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

    /**
     * Returns whether only a person can change the outcome. X itself must have written the refusal. In addition, X must
     * never have accepted what it refuses now, or must have refused it for {@link #UNCHANGED}. In a new configuration,
     * a wrong address or token is final, whoever wrote the answer.
     */
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
     * Returns whether X itself wrote the answer: its body is a problem in X's form, not a page, an empty body, or other
     * JSON.
     *
     * @return false for an answer of a server between X and this machine
     */
    public boolean isByX() {
        return problem.isOfX();
    }

    /**
     * Returns whether all connections that X allows are taken.
     *
     * @return true for X's {@code TooManyConnections}
     */
    public boolean isBusy() {
        return problem.isNamed("TooManyConnections");
    }

    /** Returns whether credits or a cap are used up. X reports that with 402, 403 or 429. */
    private boolean isSpent() {
        return status == 402 || problem.isCap();
    }

    /**
     * Describes the answer for people.
     *
     * @return one line with the status, the content type unless X wrote the answer, and the problem
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
